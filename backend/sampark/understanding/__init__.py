"""What a mail asks: readers over the requester's own new words, each claim with its exact evidence.

Readers never look into attachments, quotes or forwarded mail, and never decide what is done about a claim.
"""
