from sampark.domain.policy import Policy, Rule
from sampark.domain.tool import Approval, Sink
from sampark.planning.toolbox_test import (
    OPEN,
    READ,
    compiled,
    plan,
    ref,
    step,
    told,
)


def test_an_effect_without_a_rule_is_refused() -> None:
    policy = Policy(rules=(Rule(sink=Sink.REPLY_OWNER, requester="allow"),))
    made = plan(step("m", "mail.send", to="a@b.c", body="x"))
    message = told(made, "UngatedEffect", policy=policy)
    assert "reaches mail.send, which no rule of the policy allows" in message
    assert "'reply.owner'" in message
    empty = told(made, "UngatedEffect", policy=Policy())
    assert empty.endswith("Leave the step out.")


def test_a_rule_that_denies_everything_is_no_gate() -> None:
    policy = Policy(rules=(Rule(sink=Sink.MAIL_SEND),))
    made = plan(step("m", "mail.send", to="a@b.c", body="x"))
    assert "no rule of the policy allows" in told(made, "UngatedEffect", policy=policy)


def test_an_argument_that_is_never_allowed() -> None:
    made = plan(step("m", "mail.send", to="a@b.c", body="x", bcc="e@v.l"))
    assert "never allows 'bcc' for mail.send" in told(made, "UngatedEffect")


def test_an_address_out_of_an_attachment_is_refused() -> None:
    fetch = step("web", "web.fetch", url="https://a.example/")
    ask = step("m", "mail.send", to=ref("web.title"), body="x")
    message = told(plan(fetch, ask), "UntrustedArg")
    assert "'to' decides what mail.send does, but comes from 'web'" in message


def test_labels_follow_values_through_lists_and_steps() -> None:
    report = step("report", "report.pdf", title="T", texts=[ref("read.notes")])
    fetch = step("web", "web.fetch", url=ref("report.file"), after=("report",))
    made = plan(OPEN, READ, report, fetch)
    assert "comes from 'attachment:att1'" in told(made, "UntrustedArg")


def test_the_output_of_an_unknown_tool_is_a_strangers() -> None:
    made = plan(step("x", "nobody.knows"), step("m", "mail.send", to=ref("x.y"), body="b"))
    assert "comes from 'attachment'" in told(made, "UntrustedArg")


def test_words_out_of_an_attachment_need_an_approval() -> None:
    mail = step("m", "mail.send", to="a@b.c", body=ref("read.notes"))
    checked = compiled(plan(OPEN, READ, mail))
    assert checked.approvals == (("m", "'body' comes from attachment:att1."),)
    assert checked.approval is Approval.MAIL


def test_the_requesters_own_words_need_none() -> None:
    note = step("n", "text.note", words="Hello")
    mail = step("m", "mail.send", to="a@b.c", body=ref("n.note"))
    assert compiled(plan(note, mail)).approvals == ()


def test_a_tool_may_always_ask() -> None:
    checked = compiled(plan(step("m", "mail.ask", to="a@b.c", body="x")))
    assert checked.approvals == (("m", "The tool asks before it acts."),)
    assert checked.approval is Approval.DASHBOARD


def test_an_answer_to_the_requester_may_hold_anything() -> None:
    reply = step("r", "reply.say", text=ref("read.notes"))
    assert compiled(plan(OPEN, READ, reply)).approvals == ()
