"""How much one attachment may hold. Named here, so that one number is one fact with its reason."""

MB = 1024 * 1024

FILE_BYTES = 25 * MB
"""Gmail takes 25 MB in and out; larger never arrives, and could not be answered."""

ROWS = 200_000
COLUMNS = 500
CELLS = 5_000_000
"""About half a minute of reading and 1 GB of memory; a 25 MB sheet rarely holds more."""

CELL_CHARACTERS = 32_767
"""The longest text Excel keeps in one cell; longer ones are cut, and it is said."""

ZIP_ENTRIES = 1_000
ZIP_RATIO = 100
ZIP_BYTES = 200 * MB
"""xlsx and docx are archives; a 195 KB one can unpack to 200 MB. An honest one stays far below."""

PDF_PAGES = 2_000
"""Pages that one file may have, and that a merge may produce."""

PARTS = 100
"""Files that one split may produce: more do not fit an answer a person can use."""

HTML_BYTES = 500_000
HTML_TAGS = 5_000
HTML_DEPTH = 200
"""Beyond these, tree builders take minutes on hostile input: only the text is read."""

MARKDOWN_CHARACTERS = 500_000
"""markdown-it is quadratic on some input; beyond this a file is read as plain text."""

PIXELS = 25_000_000
"""A picture unpacked: 100 MB of memory. A phone's photo has 12 to 24 million."""
