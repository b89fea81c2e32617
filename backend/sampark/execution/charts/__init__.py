"""Pictures of a table: what is worth drawing, how it looks, and PNG bytes out of it.

The specifications are Vega-Lite, written as plain data: importing a chart library costs seconds and
checks nothing that a rendered picture does not show. Data fields have fixed names, so that no text
of a table is ever read as an expression.
"""
