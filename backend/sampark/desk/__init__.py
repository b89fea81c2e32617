"""What a screen may ask and do.

Pages and routes see this room and the nouns, never the store: a query answers with a frozen view,
a command checks the asker's role and says what it did.
"""
