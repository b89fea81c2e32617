"""HTML of a mail as lines of text: tables and links readable, quotes marked with `>`.

Hidden text is left out and noted. The walk keeps its own stack, so depth costs nothing; past 1 MB
or 200 levels the rest is taken as bare text that nobody answers for (`Mark.HISTORY`).
"""

import re
from dataclasses import dataclass

from sampark.mailbox import charset, html_containers, limits
from sampark.mailbox.html_lines import Page
from sampark.mailbox.html_marks import is_quote, mark_of
from sampark.mailbox.html_style import Look, Sheet, look_of
from sampark.mailbox.html_tokens import Token, Tokens, bare_text, unescape
from sampark.mailbox.lines import Line, Mark, settled

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "tfoot", "thead", "tr", "ul",
    )
)  # fmt: skip
_SPACED = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol"))
_UNREAD = frozenset(
    (
        "head",
        "template",
        "object",
        "svg",
        "math",
        "select",
        "noscript",
        "audio",
        "video",
        "canvas",
        "dialog",
    )
)
# Opening one of these closes an open one of the same row, as HTML allows its end tag to be left
# out.
_CLOSES = {
    "p": ("p",), "li": ("li",), "tr": ("tr", "td", "th"), "td": ("td", "th"), "th": ("td", "th"),
    "dt": ("dt", "dd"), "dd": ("dt", "dd"), "option": ("option",),
}  # fmt: skip
_FENCES = frozenset(("table", "ul", "ol", "dl", "blockquote", "body", "html"))
_MOST_CONTAINERS = 100
_SPACES = re.compile(r"[ \t\r\n\f]+")

HIDDEN = "Text that the HTML hides from its reader was left out."
TOO_LONG = (
    "The HTML is longer than 1 MB or has more than 20,000 tags; the rest was taken as bare text that"
    " is not the writer's."
)
TOO_DEEP = "The HTML nests deeper than 200 levels; what is below was taken as text that is not the writer's."


@dataclass(frozen=True)
class HtmlLines:
    """The lines of an HTML body and what was odd about it."""

    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole body as readable text, quoted lines marked with `>`."""
        out: list[str] = []
        for line in self.lines:
            shown = line.shown.rstrip()
            if shown or (out and out[-1]):
                out.append(shown)
        return "\n".join(out).strip("\n")


@dataclass(frozen=True, slots=True)
class _Element:
    """An open element and the state to which its end returns."""

    tag: str
    look: Look
    mark: Mark
    depth: int
    container: int
    pre: bool
    unread: bool
    href: str = ""
    list_mark: str = ""


def read_html(html: str) -> HtmlLines:
    """Return what a reader of this HTML sees, line by line. Never raises; linear in the length."""
    walk = _Walk()
    reader = Tokens(html[: limits.HTML_CHARACTERS])
    tags = 0
    for token in reader:
        walk.take(token)
        tags += token.kind == "start"
        if tags >= limits.HTML_TAGS:
            break
    walk.page.end_line()
    if reader.position < len(html):
        walk.notes[TOO_LONG] = None
        walk.page.begin_history(Mark.HISTORY)
        walk.page.write(charset.visible(bare_text(html[reader.position :])), pre=True)
    walk.page.close_all()
    lines = settled(html_containers.resolve(walk.page.lines))
    return HtmlLines(tuple(lines), tuple(walk.notes))


class _Walk:
    """The visitor: reads tokens, keeps the stack of open elements, writes to the page."""

    def __init__(self) -> None:
        self.page = Page()
        self.sheet = Sheet()
        self.notes: dict[str, None] = {}
        self.stack = [_Element("", Look(), Mark.NONE, 0, 0, pre=False, unread=False)]
        self.below = 0
        self.containers = 0
        self.lists: list[int] = []

    @property
    def here(self) -> _Element:
        return self.stack[-1]

    def take(self, token: Token) -> None:
        match token.kind:
            case "text":
                self.text(token.body)
            case "style":
                self.sheet.add(token.body)
            case "start":
                self.start(token)
            case "end":
                self.end(token.name)

    def text(self, raw: str) -> None:
        if self.here.unread:
            return
        text = charset.visible(unescape(raw).replace("\u00a0", " ").replace("\r", "\n"))
        # What the reader cannot see must not speak for him.
        if self.here.look.unseen:
            if text.strip():
                self.notes[HIDDEN] = None
            return
        if not self.here.pre:
            self.page.write(_SPACES.sub(" ", text))
            return
        for number, piece in enumerate(text.split("\n")):
            if number:
                self.page.end_line(keep_blank=True)
            self.page.write(piece, pre=True)

    def start(self, token: Token) -> None:
        tag, attributes = token.name, token.attributes()
        if tag in _VOID:
            self.void(tag, attributes)
            return
        for open_tag in _CLOSES.get(tag, ()):
            self.close_implied(open_tag)
        if len(self.stack) > limits.HTML_DEPTH:
            self.below += 1
            self.too_deep(tag)
            return
        if tag in _BLOCKS:
            self.page.end_line()
        element = self.opened(tag, attributes)
        self.stack.append(element)
        self.page.place(element.depth, element.mark, element.container)
        self.page.open(tag)
        if element.list_mark and not element.look.unseen:
            self.page.write(element.list_mark)

    def opened(self, tag: str, attributes: dict[str, str]) -> _Element:
        around = self.here
        mark = mark_of(tag, attributes)
        depth, container = around.depth, around.container
        if is_quote(tag, attributes):
            depth += 1
        elif mark is Mark.CONTAINER and not container and not depth:
            self.containers += 1
            container = self.containers
            if container > _MOST_CONTAINERS:
                mark = Mark.HISTORY
        # Inside a quote such a mark belongs to the quoted mail, and answers may follow that quote.
        if mark in {Mark.HISTORY, Mark.FORWARDED} and not depth:
            self.page.begin_history(mark)
        return _Element(
            tag=tag,
            look=look_of(tag, attributes, around.look, self.sheet),
            mark=mark if mark in {Mark.SIGNATURE, Mark.ATTRIBUTION} else around.mark,
            depth=depth,
            container=container,
            pre=around.pre
            or tag == "pre"
            or "pre" in attributes.get("style", "").partition("white-space")[2][:8],
            unread=around.unread or tag in _UNREAD,
            href=attributes.get("href", "") if tag == "a" else "",
            list_mark=self.list_mark(tag),
        )

    def list_mark(self, tag: str) -> str:
        if tag in {"ul", "ol"}:
            self.lists.append(0 if tag == "ol" else -1)
        if tag != "li":
            return ""
        if not self.lists or self.lists[-1] < 0:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def void(self, tag: str, attributes: dict[str, str]) -> None:
        if self.here.unread:
            return
        if tag == "br":
            self.page.end_line(keep_blank=True)
        elif tag == "hr":
            if mark_of(tag, attributes) is Mark.HISTORY and not self.here.depth:
                self.page.begin_history(Mark.HISTORY)
            self.page.rule()
        elif tag == "img":
            picture = attributes.get("alt", "")
            # A picture of a face stands for the character in its alt text.
            if 0 < len(picture) <= 8 and not picture.isascii() and not self.here.look.unseen:
                self.page.write(picture)

    def end(self, tag: str) -> None:
        if tag in _VOID:
            if tag == "br":
                self.page.end_line(keep_blank=True)
            return
        # Beyond the depth limit only a count is kept of what is open.
        if self.below and tag not in {"body", "html"}:
            self.below -= 1
            return
        if any(element.tag == tag for element in self.stack[1:]):
            while self.here.tag != tag:
                self.pop()
            self.pop()

    def pop(self) -> None:
        element = self.stack.pop()
        if element.href and not element.look.unseen:
            self.page.link(element.href)
        if element.tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        if element.tag in _BLOCKS:
            self.page.end_line()
        self.page.close(element.tag)
        self.page.place(self.here.depth, self.here.mark, self.here.container)
        if element.tag in _SPACED or element.tag == "p":
            self.page.gap()

    def close_implied(self, tag: str) -> None:
        """Close an open element of that tag unless a table, list or quote opened inside it."""
        for at in range(len(self.stack) - 1, 0, -1):
            if self.stack[at].tag == tag:
                while len(self.stack) > at:
                    self.pop()
                return
            if self.stack[at].tag in _FENCES:
                return

    def too_deep(self, tag: str) -> None:
        if TOO_DEEP not in self.notes:
            self.notes[TOO_DEEP] = None
            self.page.end_line()
            self.page.begin_history(Mark.HISTORY)
        if tag in _BLOCKS:
            self.page.end_line()
