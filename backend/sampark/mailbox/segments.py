"""Who wrote which words of a body: new, quoted, forwarded, signature.

Only new words can be a requester's instruction, so the rules lean one way: text under an opening of
history that is not quoted line by line is never new again, whatever it says. Answers written
between quoted lines keep those lines in place, each of them with its `>`.
"""

import re
from collections.abc import Iterable, Sequence
from enum import Enum

from sampark.domain.mail import Segments
from sampark.mailbox import attribution, dividers, html_text, lines, notices, signatures
from sampark.mailbox.histories import Opening, find_openings
from sampark.mailbox.lines import LOOK, Line, Mark


class _Who(Enum):
    NEW = "new"
    QUOTE = "quote"
    OPENING = "opening"
    FORWARD = "forward"
    SIGNATURE = "signature"


# A single quoted block between two stretches of new words, longer than this, is history and no
# context.
_LONGEST_CONTEXT = 30
_WRAPPED_FROM = 60
_FULL = 60
_LONGEST_TAIL = 12
_LEAST_REPEATED = 40
_LINK = re.compile(r"\s{0,8}[(<]\s?https?://[^\s()<>]{1,2000}[)>][\s>]{0,4}$")
_OPEN_LINK = re.compile(r"[(<]https?://[^\s()<>]{0,400}$")


def split(text: str, *, forwarding: bool = False) -> Segments:
    """Cut a plain text body by who wrote it.

    Args:
        text: the body, any line ends.
        forwarding: the subject calls the mail a forward: history under header lines is forwarded.

    Returns:
        Segments. Every line stands in exactly one of them, blank lines aside. Quoted lines which an
        interleaved answer keeps in `new` begin with `>`. Never raises; linear.
    """
    head, rest = lines.bounded(text)
    found = split_lines(lines.from_text(head), forwarding=forwarding)
    # Nobody writes that much by hand: what is over the limit is nobody's instruction.
    return found.model_copy(update={"quoted": f"{found.quoted}\n{rest}"}) if rest.strip() else found


def split_html(html: str, *, forwarding: bool = False) -> Segments:
    """Cut an HTML body by who wrote it: the marks of programs first, then the rules for text.

    Hidden text is in no segment. Arguments, result and promises are those of `split`.
    """
    return split_lines(html_text.read_html(html).lines, forwarding=forwarding)


def split_lines(body: Sequence[Line], *, forwarding: bool = False) -> Segments:
    """Cut lines that were already read: what `split` and `split_html` share."""
    body = attribution.parted(body)
    openings = find_openings(body)
    hard = openings[-1] if openings and openings[-1].hard else None
    own = body[: hard.start] if hard else body
    who = _label(own, [opening for opening in openings if not opening.hard], forwarding=forwarding)
    kept = _keep_context(own, who)
    new = _join(line for line, owner in zip(own, kept, strict=True) if owner is _Who.NEW)
    parts = {
        owner: [line for line, is_of in zip(own, kept, strict=True) if is_of is owner]
        for owner in _Who
    }
    quoted = [
        line for line, owner in zip(own, kept, strict=True) if owner in {_Who.QUOTE, _Who.OPENING}
    ]
    forwarded = parts[_Who.FORWARD]
    if hard is not None:
        history = body[hard.start :]
        # A header block without a word above it is a mail handed on, not one that is answered.
        is_forward = hard.kind == "forward" or (
            hard.kind in {"headers", "original"} and (forwarding or not new)
        )
        (forwarded if is_forward else quoted).extend(history)
    return Segments(
        new=new,
        quoted=_join(quoted),
        forwarded=_join(forwarded),
        signature=_join(parts[_Who.SIGNATURE]),
    )


def _label(own: Sequence[Line], openings: Sequence[Opening], *, forwarding: bool) -> list[_Who]:
    """Say of each line whose it is, interleaving aside."""
    who = [_Who.QUOTE if line.depth else _Who.NEW for line in own]
    for opening in openings:
        is_forward = opening.kind == "forward" or (forwarding and opening.kind != "attribution")
        owner = _Who.FORWARD if is_forward else _Who.OPENING
        for at in range(opening.start, opening.end):
            who[at] = owner
        if is_forward:
            _spread(own, who, opening.end)
    for start, _ in list(_stretches(who, _Who.QUOTE)):
        if dividers.kind_of(own[start]) == "forward":
            _spread(own, who, start)
    _claim_wrapped(own, who)
    _claim_repeated(own, who)
    _claim_signatures(own, who)
    return who


def _claim_signatures(own: Sequence[Line], who: list[_Who]) -> None:
    for start, end in _stretches(who, _Who.NEW):
        top = _claim_top(own[:end], who) if not any(map(_filled, own[:start])) else start
        begin = signatures.start_of(own[top:end])
        for at in range(top, end):
            if own[at].mark is Mark.SIGNATURE or (begin is not None and at >= top + begin):
                who[at] = _Who.SIGNATURE


def _claim_top(own: Sequence[Line], who: list[_Who]) -> int:
    """What a gateway or a phone puts above the words of its writer: return the line below it."""
    end = notices.banner_of(own)
    filled = [at for at, line in enumerate(own) if not line.blank]
    if not end and len(filled) > 1 and signatures.is_mobile(own[filled[0]]):
        end = filled[0] + 1
    who[:end] = [_Who.SIGNATURE] * end
    return end


def _filled(line: Line) -> bool:
    return not line.blank


def _spread(own: Sequence[Line], who: list[_Who], at: int) -> None:
    """A forward whose lines are quoted takes those lines, and what a program left unmarked in them."""
    while at < len(own) and (own[at].depth or own[at].blank or _is_between(own, at)):
        who[at] = _Who.FORWARD
        at += 1


def _is_between(own: Sequence[Line], at: int) -> bool:
    """Whether a line without a mark stands right between two that have one."""
    return 0 < at < len(own) - 1 and own[at - 1].depth > 0 and own[at + 1].depth > 0


def _claim_wrapped(own: Sequence[Line], who: list[_Who]) -> None:
    """The tail of a quoted line which a program wrapped without its mark is quoted too."""
    at = 1
    while at < len(own):
        if who[at] is not _Who.NEW or own[at].blank or who[at - 1] is not _Who.QUOTE:
            at += 1
            continue
        end = _past_tail(own, at)
        who[at:end] = [_Who.QUOTE] * (end - at)
        at = max(end, at + 1)


def _claim_repeated(own: Sequence[Line], who: list[_Who]) -> None:
    """The end of a quote which a gateway added to the answer too, word by word, is quoted."""
    stretches = list(_stretches(who, _Who.NEW))
    if not stretches or _Who.QUOTE not in who[: stretches[-1][0]]:
        return
    start, end = stretches[-1]
    said = {line.text.strip() for line, owner in zip(own, who, strict=True) if owner is _Who.QUOTE}
    last = [line.text.strip() for line in own[start:end] if not line.blank]
    if sum(map(len, last)) >= _LEAST_REPEATED and said.issuperset(last):
        who[start:end] = [_Who.QUOTE] * (end - start)


def _past_tail(own: Sequence[Line], at: int) -> int:
    """The line after the unmarked tail of `own[at - 1]`; `at` itself if it has none."""
    end = at
    while end < len(own) and end - at < _LONGEST_TAIL and not own[end].blank and not own[end].depth:
        end += 1
    after = end
    while after < len(own) and own[after].blank and not own[after].depth:
        after += 1
    if end - at > 1:
        return end if _is_paragraph(own[at - 1 : end]) else at
    goes_on = after < len(own) and own[after].depth > 0
    if goes_on and _is_tail(own[at - 1], own[at], parted=after > end):
        return end
    return end if _is_paragraph(own[at - 1 : end]) else at


def _is_paragraph(lines: Sequence[Line]) -> bool:
    """Whether lines are one paragraph of which a program marked the first line alone.

    All but the last are full, and the first of them breaks off within a sentence.
    """
    first, second = lines[0].text.rstrip(), lines[1].text
    if len(first) < _FULL or first.endswith((".", "?", "!", ":", ",", ";")):
        return False
    return second[:1].islower() and all(len(line.text) >= _WRAPPED_FROM for line in lines[1:-1])


def _is_tail(before: Line, line: Line, *, parted: bool) -> bool:
    """Whether a line without a mark goes on where a quoted line, or a link in it, was wrapped."""
    if line.text.strip() == "<" or _LINK.match(line.text):
        return True
    if _OPEN_LINK.search(before.text[-LOOK:]) and ")" in line.text[:LOOK]:
        return True
    if len(before.shown) < _WRAPPED_FROM or len(line.text) >= _WRAPPED_FROM:
        return False
    # With a gap below it, such a line may be an answer.
    if parted and not line.text[:1].islower():
        return False
    return _runs_on(before.text.rstrip(), line.text)


def _runs_on(before: str, text: str) -> bool:
    """Whether a line goes on with the sentence of the one before; an answer begins anew."""
    if not before.endswith((".", "?", "!", ":")):
        return True
    return text[:1].islower() and not before.endswith("?")


def _keep_context(own: Sequence[Line], who: list[_Who]) -> list[_Who]:
    """Return the labels with the quoted lines that an interleaved answer needs made new."""
    words = [at for at, owner in enumerate(who) if owner is _Who.NEW and not own[at].blank]
    quotes = [at for at, owner in enumerate(who) if owner is _Who.QUOTE and not own[at].blank]
    if not words or not quotes or quotes[0] > words[-1]:
        return who
    first, last = words[0], words[-1]
    inner = [at for at in quotes if first < at < last]
    # Answers stand between quotes, or above the rest of one; below a whole quote stands a reply.
    answered_between = bool(inner) or quotes[-1] > last
    if not answered_between:
        return who
    if quotes[0] > first and quotes[-1] < last and _is_history(own, who, words, inner):
        return who
    kept = list(who)
    for at in range(quotes[0], last):
        if kept[at] is _Who.QUOTE:
            kept[at] = _Who.NEW
    return kept


def _is_history(
    own: Sequence[Line], who: Sequence[_Who], words: Sequence[int], inner: Sequence[int]
) -> bool:
    """A block with no answer in it, introduced by a program or too long to be picked by hand."""
    if any(inner[0] < at < inner[-1] for at in words):
        return False
    return len(inner) > _LONGEST_CONTEXT or _is_introduced(own, who, inner[0])


def _is_introduced(own: Sequence[Line], who: Sequence[_Who], at: int) -> bool:
    """Whether an attribution stands right above a quote."""
    above = at - 1
    while above > 0 and (own[above].blank or who[above] is _Who.QUOTE):
        above -= 1
    return above >= 0 and who[above] is _Who.OPENING


def _stretches(who: Sequence[_Who], owner: _Who) -> Iterable[tuple[int, int]]:
    """Yield the runs of one label."""
    start = 0
    while start < len(who):
        end = start
        while end < len(who) and who[end] is owner:
            end += 1
        if end > start:
            yield start, end
        start = end + 1


def _join(found: Iterable[Line]) -> str:
    """Join lines; runs of blank lines become one."""
    out: list[str] = []
    for line in found:
        shown = line.shown.rstrip()
        if shown or (out and out[-1]):
            out.append(shown)
    return "\n".join(out).strip("\n")
