"""The HTTP surface, one module per resource of the API; what a request means stands outside.

A route reads the request, opens the mailbox once, calls the modules above, and shapes the answer.
It must not hold rules of its own, nor SQL.
"""
