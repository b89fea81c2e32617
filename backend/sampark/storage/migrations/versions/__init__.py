"""The history of the schema, one file per step. A released step is never edited."""
