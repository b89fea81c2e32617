"""A Gmail account on your own machine, served over HTTP for the demo, the notebooks and every test.

It speaks the Gmail v1 REST API, so the code under test is the code that runs against Google. It
must not know anything of the rest of the project: whatever the system does, it does over HTTP.
"""
