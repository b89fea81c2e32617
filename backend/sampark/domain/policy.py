"""What may leave the run, as data: one rule per sink, one verdict per effect.

What has no rule is denied. An argument is the requester's own when every origin of its value is the
requester; a value with any other origin, or with none at all, is derived. The rules guard against
indirect prompt injection: words a stranger could have shaped never choose where something goes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field, JsonValue, model_validator

from sampark.domain.base import Frozen, fingerprint
from sampark.domain.tool import Approval, Sink
from sampark.domain.value import Origin
from sampark.domain.verdict import Allowed, Denied, EffectVerdict, NeedsApproval

Decision = Literal["allow", "ask", "deny"]
Origins = Mapping[str, frozenset[Origin]]

_STRENGTH = {Approval.NONE: 0, Approval.MAIL: 1, Approval.DASHBOARD: 2}


class ArgRule(Frozen):
    """How one argument is judged. `verbatim`: the value must stand in the requester's own words."""

    name: str
    requester: Decision = "allow"
    derived: Decision = "deny"
    verbatim: bool = False


class Rule(Frozen):
    """How one sink is judged.

    `requester` holds for the effect as such and for the requester's own arguments, `derived` for
    arguments with any other origin; `args` says what differs by name. `approval` is who is asked.
    """

    sink: Sink
    requester: Decision = "deny"
    derived: Decision = "deny"
    args: tuple[ArgRule, ...] = ()
    approval: Approval = Approval.MAIL

    def arg(self, name: str) -> ArgRule:
        """Return the rule of that argument; the row's own columns where it has none."""
        for rule in self.args:
            if rule.name == name:
                return rule
        return ArgRule(name=name, requester=self.requester, derived=self.derived)

    def decide(self, name: str, origins: frozenset[Origin]) -> Decision:
        """Return what this row says about an argument whose value has these origins."""
        rule = self.arg(name)
        return rule.derived if is_derived(origins) else rule.requester


class Policy(Frozen):
    """The whole table. `max_steps` bounds any plan, `max_model_steps` a plan that a model wrote."""

    rules: tuple[Rule, ...] = ()
    max_steps: int = Field(default=200, ge=1)
    max_model_steps: int = Field(default=12, ge=1)

    @model_validator(mode="after")
    def _one_rule_per_sink(self) -> "Policy":
        sinks = [rule.sink for rule in self.rules]
        twice = sorted({sink.value for sink in sinks if sinks.count(sink) > 1})
        if twice:
            raise ValueError(f"more than one rule for {', '.join(twice)}")
        return self

    @classmethod
    def default(cls) -> "Policy":
        """Return the table this project ships.

        An answer to the requester may hold anything (it is sanitised, and its recipients are fixed
        by code). Mail to somebody else goes only to addresses that the requester typed, never as a
        blind copy; words or files from elsewhere in it need an approval. The web is read only at
        addresses that the requester typed, because a derived address can carry data out.
        """
        content = ("subject", "body", "text", "files", "attachments")
        return cls(
            rules=(
                Rule(
                    sink=Sink.REPLY_OWNER,
                    requester="allow",
                    derived="allow",
                    approval=Approval.NONE,
                ),
                Rule(
                    sink=Sink.MAIL_SEND,
                    requester="allow",
                    args=(
                        ArgRule(name="to", verbatim=True),
                        ArgRule(name="cc", verbatim=True),
                        ArgRule(name="bcc", requester="deny"),
                        *(ArgRule(name=name, derived="ask") for name in content),
                    ),
                ),
                Rule(
                    sink=Sink.WEB_FETCH,
                    requester="allow",
                    args=(ArgRule(name="url", verbatim=True),),
                ),
            ),
        )

    @property
    def hash(self) -> str:
        """The SHA-256 of the table's canonical JSON: which table a verdict was given by."""
        return fingerprint(self.model_dump(mode="json"))

    def rule(self, sink: Sink) -> Rule | None:
        """Return the row of that sink, or None: then nothing may reach it."""
        return next((rule for rule in self.rules if rule.sink == sink), None)


def is_derived(origins: frozenset[Origin]) -> bool:
    """Whether somebody else could have shaped the value. A value without origins counts as such."""
    return not origins or any(origin.kind != "requester" for origin in origins)


def stronger(one: Approval, other: Approval) -> Approval:
    """Return the approval that asks for more: dashboard over mail over none."""
    return max(one, other, key=lambda approval: _STRENGTH[approval])


def judge(
    policy: Policy,
    sink: Sink,
    origins: Origins,
    *,
    args: Mapping[str, JsonValue] | None = None,
    words: str | None = None,
    approval: Approval = Approval.NONE,
) -> EffectVerdict:
    """Return the verdict on one effect: the strictest that any of its arguments brings.

    Args:
        policy: the table.
        sink: where the effect lands.
        origins: the origins of every argument's value, by argument name.
        args: the values, for the arguments that must stand in the requester's words; one without
            origins counts as derived.
        words: the requester's own words; None where they are not at hand: nothing is compared.
        approval: what the tool itself asks for, whatever the origins.

    Returns:
        Denied with every reason, else NeedsApproval with every reason, else Allowed.
    """
    rule = policy.rule(sink)
    if rule is None:
        return Denied(reason=f"No rule allows {sink.value}.")
    decisions = [(rule.requester, f"The policy's row for {sink.value} says so.")]
    for name in {**origins, **(args or {})}:
        known = origins.get(name, frozenset())
        decisions.append((rule.decide(name, known), _why(name, known)))
    decisions += [("deny", reason) for reason in _not_typed(rule, args or {}, words)]
    if approval is not Approval.NONE:
        decisions.append(("ask", "The tool asks before it acts."))
    if denied := [reason for decision, reason in decisions if decision == "deny"]:
        return Denied(reason=" ".join(denied))
    if asked := [reason for decision, reason in decisions if decision == "ask"]:
        return NeedsApproval(reason=" ".join(asked))
    return Allowed(reason=f"{sink.value} is allowed with these arguments.")


def _why(name: str, origins: frozenset[Origin]) -> str:
    if not origins:
        return f"Nobody knows where '{name}' comes from."
    if not is_derived(origins):
        return f"'{name}' is what the requester wrote."
    strangers = sorted(str(origin) for origin in origins if origin.kind != "requester")
    return f"'{name}' comes from {', '.join(strangers)}."


def _not_typed(rule: Rule, args: Mapping[str, JsonValue], words: str | None) -> Iterator[str]:
    if words is None:
        return
    for name, value in args.items():
        if rule.arg(name).verbatim and not all(_stands_in(item, words) for item in _items(value)):
            yield f"'{name}' does not stand in the requester's own words."


def _items(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _stands_in(value: JsonValue, words: str) -> bool:
    """Whether the text stands there as a whole: a@b.co does not stand in a@b.co.uk."""
    if not isinstance(value, str) or not value.strip():
        return False
    whole = rf"(?<![\w@.+%/=&?#-]){re.escape(value)}(?![.?:]?[\w@/&=#%+~-])"
    return re.search(whole, words, re.IGNORECASE) is not None
