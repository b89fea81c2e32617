"""How long Gmail is waited for, and how often it is asked again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import stamina

_LONGEST = 30.0


@dataclass(frozen=True)
class Patience:
    """How long Gmail is waited for.

    `timeout`: seconds without an answer after which a request has failed. `attempts`: how often a
    read, or a chunk of an upload, is tried. `pause`: seconds before the second attempt; it doubles
    each time, up to 30.
    """

    timeout: float = 60.0
    attempts: int = 5
    pause: float = 0.5

    def tries(self, on: Callable[[Exception], bool | float]) -> Iterable[stamina.Attempt]:
        """Return attempts, each a context manager, until one ends without an error.

        Args:
            on: Whether an error is worth another attempt, or after how many seconds it is. The
                error of the last attempt, and every other one, is raised.
        """
        return stamina.retry_context(
            on=on,
            attempts=self.attempts,
            timeout=None,
            wait_initial=self.pause,
            wait_max=_LONGEST,
            wait_jitter=self.pause,
        )


PATIENT = Patience()
