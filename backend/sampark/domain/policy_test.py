import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from sampark.domain.policy import ArgRule, Policy, Rule, is_derived, judge, stronger
from sampark.domain.tool import Approval, Sink
from sampark.domain.value import REQUESTER, Origin
from sampark.domain.verdict import Allowed, Denied, NeedsApproval

POLICY = Policy.default()
TYPED = frozenset([REQUESTER])
DERIVED = frozenset([REQUESTER, Origin(kind="attachment", ref="att1")])
UNKNOWN: frozenset[Origin] = frozenset()
WORDS = "Please send it to bob@corp.example, and read https://site.example/report today."


@pytest.mark.parametrize(
    ("sink", "arg", "typed", "derived"),
    [
        (Sink.REPLY_OWNER, "body", Allowed, Allowed),
        (Sink.REPLY_OWNER, "files", Allowed, Allowed),
        (Sink.MAIL_SEND, "to", Allowed, Denied),
        (Sink.MAIL_SEND, "cc", Allowed, Denied),
        (Sink.MAIL_SEND, "bcc", Denied, Denied),
        (Sink.MAIL_SEND, "subject", Allowed, NeedsApproval),
        (Sink.MAIL_SEND, "body", Allowed, NeedsApproval),
        (Sink.MAIL_SEND, "text", Allowed, NeedsApproval),
        (Sink.MAIL_SEND, "files", Allowed, NeedsApproval),
        (Sink.MAIL_SEND, "attachments", Allowed, NeedsApproval),
        (Sink.MAIL_SEND, "anything else", Allowed, Denied),
        (Sink.WEB_FETCH, "url", Allowed, Denied),
        (Sink.WEB_FETCH, "headers", Allowed, Denied),
    ],
)
def test_the_whole_table(sink: Sink, arg: str, typed: type, derived: type) -> None:
    assert isinstance(judge(POLICY, sink, {arg: TYPED}), typed)
    assert isinstance(judge(POLICY, sink, {arg: DERIVED}), derived)
    assert isinstance(judge(POLICY, sink, {arg: UNKNOWN}), derived)


@pytest.mark.parametrize("sink", list(Sink))
def test_every_sink_has_a_row(sink: Sink) -> None:
    assert POLICY.rule(sink) is not None


@pytest.mark.parametrize("sink", list(Sink))
def test_without_a_row_everything_is_denied(sink: Sink) -> None:
    verdict = judge(Policy(), sink, {})
    assert verdict == Denied(reason=f"No rule allows {sink.value}.")


def test_a_row_denies_by_default() -> None:
    policy = Policy(rules=(Rule(sink=Sink.MAIL_SEND),))
    assert isinstance(judge(policy, Sink.MAIL_SEND, {}), Denied)


@pytest.mark.parametrize("kind", ["mail", "attachment", "web", "model"])
def test_every_origin_but_the_requester_is_a_strangers(kind: str) -> None:
    assert is_derived(frozenset([REQUESTER, Origin.model_validate({"kind": kind})]))


def test_the_strictest_argument_decides() -> None:
    verdict = judge(POLICY, Sink.MAIL_SEND, {"body": DERIVED, "to": DERIVED})
    assert verdict == Denied(reason="'to' comes from attachment:att1.")


def test_an_approval_tells_every_reason() -> None:
    verdict = judge(
        POLICY, Sink.MAIL_SEND, {"to": TYPED, "body": DERIVED}, approval=Approval.DASHBOARD
    )
    assert verdict == NeedsApproval(
        reason="'body' comes from attachment:att1. The tool asks before it acts."
    )


def test_a_denial_outweighs_an_approval() -> None:
    verdict = judge(POLICY, Sink.WEB_FETCH, {"url": UNKNOWN}, approval=Approval.MAIL)
    assert verdict == Denied(reason="Nobody knows where 'url' comes from.")


def test_a_requesters_own_argument_can_be_denied() -> None:
    verdict = judge(POLICY, Sink.MAIL_SEND, {"bcc": TYPED})
    assert verdict == Denied(reason="'bcc' is what the requester wrote.")


@pytest.mark.parametrize("row", ["ask", "deny"])
def test_a_row_can_ask_or_deny_the_effect_as_such(row: str) -> None:
    policy = Policy(rules=(Rule.model_validate({"sink": "mail.send", "requester": row}),))
    verdict = judge(policy, Sink.MAIL_SEND, {})
    assert isinstance(verdict, NeedsApproval if row == "ask" else Denied)


def test_an_argument_without_any_label_is_derived() -> None:
    verdict = judge(POLICY, Sink.MAIL_SEND, {}, args={"to": "bob@corp.example"})
    assert isinstance(verdict, Denied)


@pytest.mark.parametrize(
    "to",
    ["bob@corp.example", "BOB@corp.example", ["bob@corp.example"]],
)
def test_an_address_that_stands_in_the_words_is_allowed(to: JsonValue) -> None:
    verdict = judge(POLICY, Sink.MAIL_SEND, {"to": TYPED}, args={"to": to}, words=WORDS)
    assert isinstance(verdict, Allowed)


@pytest.mark.parametrize(
    "to",
    [
        "eve@evil.example",
        "ob@corp.example",
        "bob@corp.exam",
        "bob@corp",
        "",
        None,
        7,
        ["bob@corp.example", "eve@evil.example"],
    ],
)
def test_an_address_that_does_not_stand_in_the_words_is_denied(to: JsonValue) -> None:
    args = {"to": to}
    verdict = judge(POLICY, Sink.MAIL_SEND, {"to": TYPED}, args=args, words=WORDS)
    assert verdict == Denied(reason="'to' does not stand in the requester's own words.")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://site.example/report", True),
        ("https://site.example/repor", False),
        ("https://site.example/report?data=secret", False),
        ("https://site.example", False),
        ("site.example/report", False),
    ],
)
def test_a_link_must_stand_there_as_a_whole(url: str, allowed: bool) -> None:
    verdict = judge(POLICY, Sink.WEB_FETCH, {"url": TYPED}, args={"url": url}, words=WORDS)
    assert isinstance(verdict, Allowed) is allowed


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("a@b.co.uk", "a@b.co"),
        ("https://a.example/x?y=1", "https://a.example/x"),
        ("https://a.example/x/y", "https://a.example/x"),
        ("https://a.example:8443/", "https://a.example"),
        ("x+a@b.co", "a@b.co"),
        ("https://a.example/?u=a@b.co", "a@b.co"),
    ],
)
def test_a_part_of_what_was_typed_was_not_typed(typed: str, value: str) -> None:
    rule = Rule(sink=Sink.WEB_FETCH, requester="allow", args=(ArgRule(name="v", verbatim=True),))
    policy = Policy(rules=(rule,))
    verdict = judge(policy, Sink.WEB_FETCH, {"v": TYPED}, args={"v": value}, words=typed)
    assert isinstance(verdict, Denied)


@given(st.text(), st.text())
def test_words_of_any_kind_never_raise(value: str, words: str) -> None:
    judge(POLICY, Sink.MAIL_SEND, {"to": TYPED}, args={"to": value}, words=words)


def test_one_sink_has_one_row() -> None:
    with pytest.raises(ValidationError, match=r"more than one rule for mail\.send"):
        Policy(rules=(Rule(sink=Sink.MAIL_SEND), Rule(sink=Sink.MAIL_SEND)))


def test_the_hash_follows_the_rules() -> None:
    assert Policy.default().hash == POLICY.hash
    assert Policy(rules=POLICY.rules[:2]).hash != POLICY.hash


@pytest.mark.parametrize(
    ("one", "other", "more"),
    [
        (Approval.NONE, Approval.MAIL, Approval.MAIL),
        (Approval.DASHBOARD, Approval.MAIL, Approval.DASHBOARD),
        (Approval.NONE, Approval.NONE, Approval.NONE),
    ],
)
def test_the_stronger_approval_wins(one: Approval, other: Approval, more: Approval) -> None:
    assert stronger(one, other) is more
