"""What survives a crash: mails, tasks, plans, runs, the outbox; sealed where words are kept.

It keeps and finds; it decides nothing about mail, plans or people, and it knows no stage.
"""
