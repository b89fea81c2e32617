"""Reading mail: this project's reader, splitter included, against the standard library's parser.

The library decodes every part and nothing else: it does not look for limits, quoted history,
signatures or hidden text.
"""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy

from sampark.mailbox import mime, segments
from sampark.mailbox.limits_test import HOSTILE_MAILS, LIMITS
from sampark.sandbox.samples import sample
from sampark.testing.builders import mail

WORDS = (
    "Hello,\n\nplease compare the totals of March and April, by region and by month.\n"
    "Leave out what was cancelled. The figures are due on Friday.\n\nThank you\nAnn\n"
)
QUOTED = "".join(
    f"\nOn Mon, 2 Mar 2026 at 10:{minute}, Bob Example <bob@example.com> wrote:\n"
    + "".join(f"> Line {number} of what Bob wrote before.\n" for number in range(20))
    for minute in (10, 25, 40)
)


@dataclass(frozen=True)
class Reading:
    """Seconds of processor time for all mails, in the fastest rounds. `split` is over the texts.

    `characters` is how many those are; `worst` is the slowest hostile mail, in seconds.
    """

    mails: int
    ours: float
    library: float
    split: float
    characters: int
    worst: float
    worst_name: str


def corpus(each: int) -> list[bytes]:
    """Return mails of several kinds, so many of each."""
    return [raw for number in range(each) for raw in _kinds(number)]


def _kinds(number: int) -> list[bytes]:
    subject = f"Übersicht {number}"
    html = "".join(f"<p>{line}</p>" for line in WORDS.splitlines())
    quoted = f"<blockquote type=cite>{'<div>What Bob wrote before.</div>' * 60}</blockquote>"
    mails = (
        mail(WORDS, subject=subject),
        mail(f"{WORDS}\n-- \nAnn Example\nExample Ltd\n{QUOTED}", subject=f"Re: {subject}"),
        mail(WORDS + QUOTED, subject=f"Re: {subject}", html=html + quoted),
        mail(WORDS, subject=subject, files={"sales.csv": sample("sales.csv")}),
        mail(WORDS, subject=subject, html=html, files={"orders.xlsx": sample("orders.xlsx")}),
    )
    return [each.as_bytes() for each in mails]


def measure(each: int, rounds: int) -> Reading:
    """Read the corpus with both in turn, so many rounds, then every hostile mail once."""
    raws = corpus(each)
    texts = [mime.parse(raw).text for raw in raws]
    ours, library, split = zip(
        *((_timed(mime.parse, raws), _timed(_library, raws), _timed(segments.split, texts)) for _ in range(rounds)),
        strict=True,
    )  # fmt: skip
    hostile = itertools.chain(
        HOSTILE_MAILS.items(), ((name, raw) for name, (raw, _) in LIMITS.items())
    )
    worst, name = max((_timed(mime.parse, [raw]), name) for name, raw in hostile)
    return Reading(
        mails=len(raws),
        ours=min(ours),
        library=min(library),
        split=min(split),
        characters=sum(map(len, texts)),
        worst=worst,
        worst_name=name,
    )


def _library(raw: bytes) -> list[object]:
    message = message_from_bytes(raw, policy=policy.default)
    return [part.get_content() for part in message.walk() if not part.is_multipart()]


def _timed(
    read: Callable[[bytes], object] | Callable[[str], object], given: Sequence[object]
) -> float:
    began = time.process_time()
    for each in given:
        read(each)  # pyright: ignore[reportArgumentType] - each reader is given what it reads
    return time.process_time() - began
