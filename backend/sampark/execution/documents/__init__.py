"""Documents: one small model of text with form, readers into it and writers out of it.

A reader and a writer per format instead of a converter per pair. The model holds nothing that acts:
text, emphasis, links to web and mail, lists, tables, pictures.
"""
