"""Verdicts carry their reason. Never a bool.

`judge sender`: Allowed | Ignored | Refused.   `judge effect`: Allowed | NeedsApproval | Denied.
"""

from sampark.domain.base import Frozen


class Allowed(Frozen):
    """It may go on; `reason` names the rule that allows it."""

    reason: str


class Ignored(Frozen):
    """Not for us, or automated: no answer, a row with the reason."""

    reason: str


class Refused(Frozen):
    """Not proven to come from an allowed requester: no answer, a row with the reason."""

    reason: str


class NeedsApproval(Frozen):
    """It may go on once a person approved exactly this effect."""

    reason: str


class Denied(Frozen):
    """It never happens."""

    reason: str


SenderVerdict = Allowed | Ignored | Refused
EffectVerdict = Allowed | NeedsApproval | Denied
