"""The second lock: what in a finished HTML mail could make a mail program reach out.

It reads the finished mail with the standard library's parser and knows nothing of how the mail was
made. What is not on its short list is a reference.
"""

from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from sampark.errors import SamparkError

_TAGS = frozenset(
    {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "div",
        "table",
        "tbody",
        "thead",
        "tr",
        "th",
        "td",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "br",
        "hr",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "span",
        "a",
        "img",
    }
)
_ATTRIBUTES = frozenset(
    {
        "style",
        "width",
        "height",
        "align",
        "valign",
        "border",
        "cellpadding",
        "cellspacing",
        "role",
        "alt",
        "lang",
        "charset",
        "name",
        "content",
        "rel",
        "start",
    }
)


class UnsafeReply(SamparkError):
    """A finished mail would make a mail program reach out: it must not be sent."""


def remote_references(html: str, *, allowed_hosts: Collection[str] = ()) -> tuple[str, ...]:
    """Return tag and attribute of all that could load or call anything, in order; empty is safe.

    Pictures by `cid:` and https links to allowed hosts are safe. The values are not told.
    """
    reader = _Reader(frozenset(allowed_hosts))
    reader.feed(html)
    reader.close()
    return tuple(reader.found)


def refuse_remote(html: str, *, allowed_hosts: Collection[str] = ()) -> None:
    """Raise UnsafeReply if the HTML holds any remote reference."""
    found = remote_references(html, allowed_hosts=allowed_hosts)
    if found:
        raise UnsafeReply(
            f"The answer's HTML holds a remote reference ({', '.join(sorted(set(found)))}).",
            fix="It was not made. Report this: the sanitiser should have removed it.",
        )


class _Reader(HTMLParser):
    def __init__(self, hosts: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.hosts = hosts
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.found.append(tag)
        self.found.extend(f"{tag} {name}" for name in self._unsafe(tag, attrs))

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment of {len(data)} characters")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"instruction of {len(data)} characters")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"declaration of {len(data)} characters")

    def _unsafe(self, tag: str, attrs: list[tuple[str, str | None]]) -> Iterator[str]:
        for name, value in attrs:
            if not self._safe(tag, name, value or ""):
                yield name

    def _safe(self, tag: str, name: str, value: str) -> bool:
        match (tag, name):
            case ("a", "href"):
                return _leads_to(value, self.hosts)
            case ("img", "src"):
                return value.startswith("cid:")
            case (_, "style"):
                return not set(value) & set("(@\\<")
            case _:
                return name in _ATTRIBUTES


def _leads_to(url: str, hosts: frozenset[str]) -> bool:
    parts = urlsplit(url)
    return (
        parts.scheme == "https"
        and parts.netloc in hosts
        and not parts.query
        and not parts.fragment
        and "\\" not in url
    )
