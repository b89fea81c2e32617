"""The Panel pages. They see the desk and the nouns, nothing else.

A page asks the desk in threads, shows what it was told, and keeps no state of its own that would
matter if it vanished. Whatever comes from a mail is escaped by the templates.
"""
