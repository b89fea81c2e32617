"""When a mailbox is looked at next."""

from sampark.mailbox.refusals import Passing

AFTER_NUDGE = (1.0, 5.0, 15.0)
"""Seconds between looks after a push that nothing was behind yet: Gmail may tell of a mail before it
can be listed."""

LONGEST_PAUSE = 60.0


class Rhythm:
    """The pauses between looks at one mailbox, in seconds; `every` apart when all is calm."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._pause = every
        self._looks: list[float] = []

    def nudged(self) -> None:
        """Note that Gmail told of news."""
        self._looks = list(AFTER_NUDGE)

    def after(self, mails: int) -> float:
        """Return the pause after a look that found so many mails."""
        self._pause = self._every
        if mails:
            self._looks = []
        return min(self._looks.pop(0), self._every) if self._looks else self._every

    def after_failure(self, error: Exception) -> float:
        """Return the pause after a failure: twice as long as before, and as Gmail asked."""
        asked = error.retry_after if isinstance(error, Passing) else None
        longer = max(self._pause, 0.5) * 2 if asked is None else max(self._pause, asked)
        self._pause = min(longer, max(LONGEST_PAUSE, self._every))
        return self._pause
