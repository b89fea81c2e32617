"""Bodies with every line marked by whose it is: `segments_cases/*.txt`, in plain text and in HTML."""

import html
from pathlib import Path

import pytest

from sampark.mailbox.charset import visible
from sampark.mailbox.segments import split, split_html

FOLDER = Path(__file__).with_name("segments_cases")
SEGMENTS = {"N": "new", "Q": "quoted", "F": "forwarded", "S": "signature"}


def _cases():
    """Yield the name and the marked lines of each case; " " marks a blank line."""
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n## ")[1:]:
            title, _, body = block.partition("\n")
            marked = [(line[0], line[2:]) for line in body.split("\n") if line]
            yield pytest.param(title, marked, id=f"{path.stem}: {title}")


CASES = list(_cases())


def _signs(text):
    """Signs without white space and quote marks: how a kept quote is marked is not the question."""
    text = visible(text.replace("&gt;", ">").replace("&nbsp;", " "))
    return "".join(text.split()).translate(str.maketrans("", "", ">＞"))


def _wrong(found, marked):
    wanted = {key: "".join(text for of, text in marked if of == key) for key in SEGMENTS}
    return [
        name
        for key, name in SEGMENTS.items()
        if _signs(getattr(found, name)) != _signs(wanted[key])
        # A signature between two quotes is told after them: only the order differs.
        and sorted(_signs(getattr(found, name))) != sorted(_signs(wanted[key]))
    ]


@pytest.mark.parametrize(("title", "marked"), CASES)
def test_every_line_goes_where_it_belongs(title, marked):
    body = "\n".join(text for _, text in marked)
    assert _wrong(split(body, forwarding="(forward)" in title), marked) == []


@pytest.mark.parametrize(("title", "marked"), CASES)
def test_html_made_of_a_text_is_split_like_the_text(title, marked):
    body = "\n".join(text for _, text in marked)
    forwarding = "(forward)" in title
    plain, read = (
        split(body, forwarding=forwarding),
        split_html(f"<pre>{html.escape(body)}</pre>", forwarding=forwarding),
    )
    assert {name: _signs(getattr(read, name)) for name in SEGMENTS.values()} == {
        name: _signs(getattr(plain, name)) for name in SEGMENTS.values()
    }
