"""Sizes of pictures, read from their headers; nothing is unpacked."""

_PAGE_WIDTH = 440  # points that a picture may take


def picture_width(content: bytes) -> float:
    """Return how wide a picture stands on the page, in points: at 96 pixels an inch, or less."""
    size = picture_size(content)
    return _PAGE_WIDTH if size is None else float(min(size[0] * 72 / 96, _PAGE_WIDTH))


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPEG in pixels, from its header; None if it has none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    place = 2
    while content[:2] == b"\xff\xd8" and place + 9 < len(content) and content[place] == 0xFF:
        mark, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if 0xC0 <= mark <= 0xCF and mark not in {0xC4, 0xC8, 0xCC}:
            height = int.from_bytes(content[place + 5 : place + 7], "big")
            return int.from_bytes(content[place + 7 : place + 9], "big"), height
        place += 2 + length
    return None
