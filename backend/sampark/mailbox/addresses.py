"""Address lists (RFC 5322 section 3.4) in one pass over the characters, without recursion."""

import re
from dataclasses import dataclass, field

from sampark.domain.mail import Address
from sampark.mailbox import limits
from sampark.mailbox.encoded_words import decode_words

# A plain addr-spec (RFC 5322 dot-atom with a dotted host name, RFC 1123): nothing quoted, no
# literals.
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,10}"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z0-9-]{2,63}"
)

_QUOTED = re.compile(r'"[^"]*"')
_QUOTED_LOCAL = re.compile(r'"[^"]*"@[^\s"]+')


def is_plain(email: str) -> bool:
    """Whether an address is plain ASCII: a dot-atom at a host name in lower case."""
    return _PLAIN.fullmatch(email) is not None


@dataclass
class AddressList:
    """The mailboxes of one header, and what a strict reader would object to."""

    addresses: list[Address] = field(default_factory=list[Address])
    odd: set[str] = field(default_factory=set[str])

    @property
    def single(self) -> Address | None:
        """The one mailbox of a header that names exactly one, with nothing odd about it."""
        return self.addresses[0] if len(self.addresses) == 1 and not self.odd else None


def read_addresses(text: str, *, limit: int = limits.ADDRESSES) -> AddressList:
    """Return the mailboxes of an address header's undecoded text, at most `limit` of them.

    Groups are opened, comments dropped (an old-style comment is taken as the name), encoded words
    in names decoded after the structure is known, so that no encoded comma or bracket can shape it.
    `odd` tells what is not one plain mailbox after the other. Never raises.
    """
    reader = _Reader(text, limit)
    while reader.position < len(text):
        match text[reader.position]:
            case '"':
                reader.quoted()
            case "(":
                reader.remark()
            case ch:
                reader.plain(ch)
                reader.position += 1
    if reader.state == "angle":
        reader.found.odd.add("an angle bracket is not closed")
    reader.finish()
    return reader.found


class _Reader:
    """Holds the mailbox under construction. `state` is where in it the reader stands."""

    def __init__(self, text: str, limit: int) -> None:
        self.text = text
        self.limit = limit
        self.position = 0
        self.found = AddressList()
        self.quotes_close = True
        self.begin()

    def begin(self) -> None:
        self.raw: list[str] = []
        self.shown: list[str] = []
        self.comment: list[str] = []
        self.angle: list[str] = []
        self.state = "phrase"

    def plain(self, ch: str) -> None:
        if self.state == "angle":
            if ch == ">":
                self.state = "after"
            else:
                self.angle.append(ch)
        elif ch in ",;":
            self.finish()
        elif self.state == "after":
            if not ch.isspace():
                self.found.odd.add("words follow an address")
        else:
            self.phrase(ch)

    def phrase(self, ch: str) -> None:
        if ch == "<":
            self.state = "angle"
        # After an "@" a colon belongs to an address literal or a typing error, not to a group.
        elif ch == ":" and "@" not in self.raw:
            self.found.odd.add("a group of addresses")
            self.begin()
        else:
            self.raw.append(ch)
            self.shown.append(ch)

    def quoted(self) -> None:
        """Take a quoted string. A quote that nothing closes is a character like others."""
        end = self.position + 1
        inside: list[str] = []
        while self.quotes_close and end < len(self.text) and self.text[end] != '"':
            end += 1 if self.text[end] == "\\" else 0
            inside.append(self.text[end : end + 1])
            end += 1
        # One look to the end is enough: no later quote can be closed either.
        if not self.quotes_close or end >= len(self.text):
            self.quotes_close = False
            self.found.odd.add("a quote is not closed")
            self.position += 1
            return
        if self.state == "angle":
            self.angle.append(self.text[self.position : end + 1])
        elif self.state == "phrase":
            self.raw.append(self.text[self.position : end + 1])
            self.shown.append("".join(inside))
        else:
            self.found.odd.add("words follow an address")
        self.position = end + 1

    def remark(self) -> None:
        """Take a comment, nested ones included, by counting."""
        start, depth = self.position, 0
        while self.position < len(self.text):
            ch = self.text[self.position]
            depth += {"(": 1, ")": -1}.get(ch, 0)
            self.position += 2 if ch == "\\" else 1
            if depth == 0:
                break
        if depth:
            self.found.odd.add("a comment is not closed")
        # "you(x)@example.com": whoever does not know comments reads another address.
        before, after = self.text[:start][-1:], self.text[self.position : self.position + 1]
        if self.state == "angle" or (before.strip(" \t,;>") and after.strip(" \t,;<")):
            self.found.odd.add("a comment stands inside an address")
        self.comment.append(self.text[start + 1 : self.position - 1])

    def finish(self) -> None:
        raw, name = "".join(self.raw).strip(), _name("".join(self.shown))
        if self.state != "phrase":
            spec = "".join(self.angle).strip()
            if any(word.lower() != spec.lower() for word in _bare_addresses(raw)):
                self.found.odd.add("another address stands before the bracket")
            self.keep(spec, name)
        elif "@" in raw and (_QUOTED_LOCAL.fullmatch(raw) or not any(ch.isspace() for ch in raw)):
            self.keep(raw, _name(" ".join(self.comment)))
        elif "@" in raw:
            self.found.odd.add("an address stands in bare words")
            word = next(word for word in reversed(raw.split()) if "@" in word)
            self.keep(word, _name(raw.replace(word, " ")))
        elif raw:
            self.found.odd.add("a name stands without an address")
        self.begin()

    def keep(self, spec: str, name: str) -> None:
        if spec.startswith("@") and ":" in spec:
            self.found.odd.add("an address has a route")
            spec = spec.rpartition(":")[2]
        local, _, domain = spec.rpartition("@")
        if not local or not domain or any(ch.isspace() for ch in domain):
            self.found.odd.add("an address is malformed")
        elif len(self.found.addresses) >= self.limit:
            self.found.odd.add(f"more than {self.limit} addresses")
        else:
            self.found.addresses.append(Address(name=name, email=f"{local}@{domain.lower()}"))


def _bare_addresses(phrase: str) -> list[str]:
    """The words of a name that are addresses and stand in no quotes: some read the first of them."""
    words = [word.strip("'()[]") for word in _QUOTED.sub(" ", phrase).split()]
    return [word for word in words if "@" in word and not word.startswith("=?")]


def _name(text: str) -> str:
    return " ".join(decode_words(text).strip().strip("\"'").split())
