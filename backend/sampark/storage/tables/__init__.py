"""The shape of every table, by noun. A row lives inside one unit of work and never leaves it."""
