"""Time zones: the requester's own, and the ones a mail names behind a time.

An abbreviation means its literal offset (CET is UTC+01:00 also in July). 'ET', 'PT' and city names
follow the place's clock. An abbreviation used by several countries stays ambiguous: it is asked about.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sampark.errors import SettingsError

_HOURS: Mapping[str, tuple[float, ...]] = {
    "UTC": (0,), "GMT": (0,), "Z": (0,), "WET": (0,), "WEST": (1,), "BST": (1,), "CET": (1,), "MEZ": (1,),
    "CEST": (2,), "MESZ": (2,), "EET": (2,), "SAST": (2,), "EEST": (3,), "MSK": (3,), "PKT": (5,),
    "IST": (5.5, 1, 2), "SGT": (8,), "HKT": (8,), "JST": (9,), "KST": (9,), "AEST": (10,), "AEDT": (11,),
    "NZST": (12,), "NZDT": (13,), "EST": (-5,), "EDT": (-4,), "CST": (-6,), "CDT": (-5,), "MST": (-7,),
    "MDT": (-6,), "PST": (-8,), "PDT": (-7,), "AKST": (-9,), "AKDT": (-8,), "HST": (-10,), "BRT": (-3,),
}  # fmt: skip
_PLACES: Mapping[str, str] = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "berlin": "Europe/Berlin", "london": "Europe/London", "paris": "Europe/Paris", "madrid": "Europe/Madrid",
    "rome": "Europe/Rome", "vienna": "Europe/Vienna", "zurich": "Europe/Zurich", "new york": "America/New_York",
    "chicago": "America/Chicago", "los angeles": "America/Los_Angeles", "toronto": "America/Toronto",
    "sao paulo": "America/Sao_Paulo", "delhi": "Asia/Kolkata", "mumbai": "Asia/Kolkata",
    "india": "Asia/Kolkata", "indian": "Asia/Kolkata", "tokyo": "Asia/Tokyo", "singapore": "Asia/Singapore",
    "sydney": "Australia/Sydney", "dubai": "Asia/Dubai", "uk": "Europe/London", "german": "Europe/Berlin",
}  # fmt: skip

_NAMES = "|".join(sorted(_HOURS, key=len, reverse=True))
_CITIES = "|".join(sorted((name for name in _PLACES if name.islower()), key=len, reverse=True))
_ZONE = re.compile(
    rf"[ ]?\(?(?P<zone>(?:UTC|GMT)\s?[+-]\s?(?:1[0-4]|0?\d)(?::?[0-5]\d)?(?![\d:])|[+-](?:1[0-4]|0\d):?[0-5]\d(?![\d:])"
    rf"|(?:{_NAMES}|ET|CT|MT|PT)(?!\w)|[A-Z]{{1,3}}[SD]T(?!\w)|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?"
    rf"|(?i:{_CITIES})\s+(?i:time))\)?"
)
_SIGNED = re.compile(r"(?P<sign>[+-])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?$")


def own(asked_at: datetime, name: str) -> tzinfo:
    """Return the requester's zone: the IANA name from settings, else the offset of the mail's date.

    Raises SettingsError for a name that the time zone database does not know.
    """
    if name:
        zone = _zone(name)
        if zone is None:
            raise SettingsError(
                f"The time zone {name!r} is not in the time zone database.",
                fix="Use a name such as Europe/Berlin.",
            )
        return zone
    return timezone(asked_at.utcoffset() or timedelta())


def behind(text: str, at: int) -> tuple[tuple[tzinfo, ...], int, int] | None:
    """Return the zones that the words at this position may mean, and their span; None if no zone stands there.

    No zones at all (an empty tuple) means: a zone is named, but nobody here knows it.
    """
    match = _ZONE.match(text, at)
    if match is None:
        return None
    return _meant(match["zone"]), match.start("zone"), match.end("zone")


def _meant(word: str) -> tuple[tzinfo, ...]:
    if word in _HOURS:
        return tuple(timezone(timedelta(hours=hours)) for hours in _HOURS[word])
    signed = _SIGNED.search(word)
    if signed is not None:
        span = timedelta(hours=int(signed["hours"]), minutes=int(signed["minutes"] or 0))
        return (timezone(-span if signed["sign"] == "-" else span),)
    city = " ".join(word.lower().split()[:-1])
    zone = _zone(_PLACES.get(word) or _PLACES.get(city) or word)
    return () if zone is None else (zone,)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
