"""Sampark answers mail by doing what it asks.

The journey of a mail, in the order in which the code reads:

    mailbox        open it, judge who wrote it, cut out the requester's own new words
    understanding  read the words as a Task, each claim with its evidence
    planning       find or write a Plan, compile it, estimate it
    execution      run ready steps in parallel, values carrying their origin
    reply          word the answer, sanitise it, attach the files
    mailbox.outbox send it, exactly once

`workflow.handle_message` is that story as code; `world.World` is the whole system in one object.
"""

__version__ = "0.1.0"
