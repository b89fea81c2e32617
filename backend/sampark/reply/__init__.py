"""From the facts of a run to a finished answer: words, text and HTML bodies, inert by construction.

Nothing here sends, reads a clock or touches a store, and nothing that came from outside reaches a
body without passing `inert` or `sanitise`.
"""
