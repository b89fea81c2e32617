"""Text whose paragraphs were wrapped softly (RFC 3676, `format=flowed`), put together again."""

_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Return text with each paragraph on one line; quoted paragraphs keep their marks.

    A line that ends with a space goes on in the next one of the same depth; with `delete_space`
    (`DelSp=yes`) that space is none of the text. Linear, never raises.
    """
    out: list[str] = []
    held: list[str] = []
    depth = 0
    for line in text.split("\n"):
        here, content = _read(line)
        fixed = content == _SIGNATURE
        if held and (here != depth or fixed):
            out.append(_written(depth, held))
            held = []
        depth = here
        flows = content.endswith(" ") and not fixed
        held.append(content[:-1] if flows and delete_space else content)
        if not flows:
            out.append(_written(depth, held))
            held = []
    if held:
        out.append(_written(depth, held))
    return "\n".join(out)


def _read(line: str) -> tuple[int, str]:
    """The depth of a line and its content without the space that protects its first character."""
    content = line.lstrip(">")
    depth = len(line) - len(content)
    # Without its space, such a line would look like a quote.
    if content.startswith(" ") and (depth or not content.startswith(" >")):
        content = content[1:]
    return depth, content


def _written(depth: int, pieces: list[str]) -> str:
    content = "".join(pieces)
    return f"{'>' * depth} {content}" if depth else content
