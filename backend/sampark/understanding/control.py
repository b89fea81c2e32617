"""One-word replies that steer a task: `status`, `stop` and `redo`. Never read out of the middle of a text."""

import re
from typing import Literal

from sampark.understanding import changing
from sampark.understanding.reading import own, plain

_STATUS = frozenset(
    {
        "status", "state", "progress", "status please", "what is the status", "what's the status", "status update",
        "how far are you", "how is it going", "any progress", "any news", "are you done", "stand", "statut", "estado",
    }
)  # fmt: skip
_STOP = frozenset(
    {
        "stop", "cancel", "abort", "halt", "quit", "stop it", "stop this", "stop that", "stop the task", "stop now",
        "cancel it", "cancel this", "cancel that", "cancel the task", "cancel the reminder", "stop the reminder",
        "abort this", "abort it", "never mind", "nevermind", "stopp", "abbrechen", "abbruch", "annuler", "arrête",
        "cancelar", "parar", "stop work", "stop working", "forget it",
    }
)  # fmt: skip
_REDO = frozenset(
    {
        "redo", "redo it", "redo this", "redo that", "redo the task", "do it again", "do that again", "do this again",
        "run it again", "once again", "once more", "again", "nochmal", "noch einmal", "refaire", "rehacer",
    }
)  # fmt: skip
_COURTESY = re.compile(
    r"\A(?:please|pls|bitte|ok|okay)\s+|\s+(?:please|pls|bitte|now|thanks|thank you)\Z"
)
_SIGNS = re.compile(r"[^\w' ]+")


Word = Literal["status", "stop", "redo"]


def read(words: str) -> Word | None:
    """Return what the first line that is not empty commands, or None.

    The whole line must be the command, in any case, with any punctuation and at most a 'please' around
    it: "don't stop" and 'stop sending at five' command nothing.
    """
    first = next((line for line in words.splitlines() if line.strip()), "")
    if len(first) > 80:
        return None
    line = " ".join(_SIGNS.sub(" ", plain(first).casefold().lstrip("/")).split())
    line = _COURTESY.sub("", _COURTESY.sub("", line))
    if line in _STATUS:
        return "status"
    if line in _REDO:
        return "redo"
    return "stop" if line in _STOP else None


def parted(words: str) -> tuple[str, str]:
    """Return the line of a command and what is said below it; taking leave says nothing.

    With nothing said below, all the words are the command.
    """
    line = re.match(r"\s*[^\n]+", words)
    end = line.end() if line else 0
    below = next((at for at, _ in changing.sayings(own(words), end)), None)
    return (words, "") if below is None else (words[:end].strip(), words[below:].strip())
