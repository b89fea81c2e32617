"""One file per tool family: each tool is a typed function from values to values.

A tool reads and writes only through its bench, and tells every failure in words for the requester.
"""
