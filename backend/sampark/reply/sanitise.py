"""From Markdown of any origin to a text body and an HTML body that are safe in any mail program.

Three layers, each enough for most attacks: the Markdown reader knows no raw HTML, no pictures and
no bare links; the token tree is tamed (links judged, hosts defanged); nh3 keeps a small tag list.
Styles are written after that, by us.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sampark.domain.base import Frozen
from sampark.reply import inert
from sampark.reply.inert import Known
from sampark.reply.plain import write
from sampark.reply.style import TAG_STYLE

LIMIT = 64 * 1024
HTML_LIMIT = 8 * LIMIT
CUT = "The text is cut here: it was longer than 64 KB."

TAGS = frozenset(
    {
        "p",
        "br",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "h3",
        "h4",
        "hr",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
)
_ALIGNMENTS = {"left", "right", "center"}
_OPENING = re.compile(r"<([a-z0-9]+)(?=[ >])")
_CELL_STYLE = re.compile(r"text-align:(left|right|center)")
_SHOWN_URL = 200


class Body(Frozen):
    """One text told twice: as plain text and as an HTML fragment. Both are inert."""

    text: str
    html: str


def sanitise(
    markdown: str,
    *,
    allowed_hosts: Collection[str] = (),
    allowed_addresses: Collection[str] = (),
    limit: int = LIMIT,
) -> Body:
    """Return the two bodies of a text, whatever it holds.

    Args:
        markdown: Paragraphs, headings, lists, tables, emphasis, code. All else comes out as words.
        allowed_hosts: Exact lower-case hosts whose https links (no user, port, query) stay links.
        allowed_addresses: Mail addresses (lower case) that may stand as they are.
        limit: Bytes of UTF-8 that are read; the rest is cut, and both bodies say so. Less than the
            64 KB are given to one of several texts that share them.
    """
    known = Known(hosts=frozenset(allowed_hosts), addresses=frozenset(allowed_addresses))
    shown, cut = _within(inert.visible(markdown), limit)
    reader = _reader()
    tokens = reader.parse(shown)
    for token in tokens:
        _tame(token, known)
    note = [CUT] if cut else []
    text = "\n\n".join(part for part in (write(tokens), *note) if part)
    html = "".join([_html(reader, tokens), *(f"<p>{words}</p>" for words in note)])
    if len(html) > HTML_LIMIT:  # a table's empty cells are free in Markdown, and not here
        html = f"<pre>{escape(text)}</pre>"
    return Body(text=text, html=_OPENING.sub(_styled, html))


def _within(text: str, limit: int) -> tuple[str, bool]:
    raw = text.encode()
    return (text, False) if len(raw) <= limit else (raw[:limit].decode(errors="ignore"), True)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    reader.validateLink = _any_link
    return reader.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])


def _any_link(url: str) -> bool:  # noqa: ARG001 - the reader's signature
    """Let every link become a token: `_tame` judges it, where the reader would leave its source."""
    return True


def _tame(token: Token, known: Known) -> None:
    """Make one block token inert, in place."""
    align = _CELL_STYLE.search(str(token.attrs.get("style", "")))
    start = token.attrs.get("start")
    token.attrs = {}
    token.info = ""
    if align or token.type == "th_open":
        token.attrs["align"] = align.group(1) if align else "left"
    if start is not None:
        token.attrs["start"] = start
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "h3" if token.tag in {"h1", "h2"} else "h4"
    if token.children is not None:
        token.children = list(_judged(token.children, known))
        _defang(token.children, known)
    else:
        token.content = inert.defang(token.content, known)


def _judged(children: Iterable[Token], known: Known) -> Iterator[Token]:
    """Yield the inline tokens; a link that may not work becomes its words and its target."""
    target, words = "", ""
    for token in children:
        if token.type == "link_open":
            target, words = str(token.attrs.get("href", "")), ""
            token.attrs = {"href": target}
        words += token.content
        if token.type not in {"link_open", "link_close"} or inert.live_link(target, known):
            yield token
        elif token.type == "link_close" and target and target != words:
            yield Token("text", "", 0, content=f" ({inert.line(target, _SHOWN_URL)})")


def _defang(children: list[Token], known: Known) -> None:
    """Judge the words of one paragraph as a whole: `evil**.**com` reads as a host."""
    pieces = [_words(token) for token in children]
    changes = inert.edits("".join(pieces), known)
    offset = 0
    for token, piece in zip(children, pieces, strict=True):
        if token.content:
            token.content = inert.apply(token.content, changes, offset)
        offset += len(piece)


def _words(token: Token) -> str:
    return "\n" if token.type in {"softbreak", "hardbreak"} else token.content


def _html(reader: MarkdownIt, tokens: list[Token]) -> str:
    clean = nh3.clean(
        reader.renderer.render(tokens, reader.options, {}),
        tags=set(TAGS),
        attributes={"a": {"href"}, "ol": {"start"}},
        tag_attribute_values={"td": {"align": _ALIGNMENTS}, "th": {"align": _ALIGNMENTS}},
        url_schemes={"https"},
        link_rel="noopener noreferrer nofollow",
    )
    return clean.strip()


def _styled(opening: re.Match[str]) -> str:
    style = TAG_STYLE.get(opening.group(1))
    return f'{opening.group()} style="{style}"' if style else opening.group()
