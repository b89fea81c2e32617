"""HTTP over the desk: the gate, signing in, JSON, live events.

Everything is refused to whom is not signed in, save the little that the gate names. Nothing here
reads the store or knows a workflow: what a route answers comes from the desk.
"""
