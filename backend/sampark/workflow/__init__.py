"""Durability: the story of a mail, its durable steps, its waits.

The only room that imports the durable engine. A stage is called from here with values and gives
values back; it never sees the engine or the store.
"""
