import pytest

from sampark.domain.mail import Address
from sampark.domain.plan import Estimate
from sampark.domain.run import Outgoing
from sampark.domain.task import Question, TaskInput, TaskStatus
from sampark.domain.value import File, Text
from sampark.reply import compose
from sampark.reply.references import remote_references
from sampark.reply.sample_test import Eye, broken, done, linkable, plan, png, record, task
from sampark.reply.views import Offer

EVIL = (
    "<img src=x onerror=go()>\r\nBcc: x@evil.com\u202e\u200b {{ 7 * 7 }} {% raw %} "
    "https://evil.com/?q=1 ![p](//evil.com/p.gif) evil.com \"'><script>"
)


def hostile_mails() -> list[Outgoing]:
    wicked = task(
        goal=EVIL,
        subject=EVIL,
        requester=Address(name=EVIL, email="you@example.com"),
        inputs=(TaskInput(handle="att1", name=EVIL, media_type="x", size=1),),
    )
    steps = tuple(step.model_copy(update={"title": EVIL}) for step in plan().steps)
    program = plan(goal=EVIL, steps=steps, assumptions=(EVIL,))
    run = record(done("read"), broken("charts", EVIL), task=wicked, plan=program)
    file = File(name=EVIL, media_type=EVIL, size=1, sha256="a" * 64)
    question = Question(about="x", text=EVIL, choices=(EVIL, "b"), default=EVIL)
    shown = {"picture": png(), "texts": (Text(markdown=EVIL),), "files": (file, file)}
    return [
        compose.answer(run, checked_estimate=None, **shown),
        compose.failed(run, reason=EVIL, advice=EVIL, **shown),
        compose.acknowledge(wicked, program, Estimate()),
        compose.ask(wicked, (question, question), EVIL),
        compose.propose(wicked, program, (EVIL,), EVIL, word=EVIL),
        compose.cannot(wicked, (Offer(title=EVIL, summary=EVIL, example=EVIL),), EVIL),
        compose.stopped(run, files=(file,)),
        compose.status(run, TaskStatus.RUNNING),
        compose.notice(wicked, EVIL, EVIL),
    ]


@pytest.mark.parametrize("mail", hostile_mails(), ids=lambda mail: mail.text[:12])
def test_hostile_facts_stay_words(mail: Outgoing):
    seen = Eye(mail.html)
    assert seen.reached == []
    assert remote_references(mail.html) == ()
    assert linkable(mail.text) == []
    assert linkable(seen.text) == []
    assert "{{ 7 * 7 }}" in mail.text
    assert "\u202e" not in mail.text + mail.html + mail.subject
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject + mail.text + mail.html
    assert all("\n" not in file.name and "<" not in file.name for file in mail.files)


def test_a_megabyte_in_every_fact_gives_a_mail_of_bearable_size():
    huge = "x<" * 500_000
    wicked = task(goal=huge, subject=huge)
    steps = tuple(step.model_copy(update={"title": huge}) for step in plan().steps)
    run = record(broken("read", huge), task=wicked, plan=plan(steps=steps))
    texts = (Text(markdown=huge),)
    mail = compose.answer(run, checked_estimate=None, picture=None, texts=texts, files=())
    assert len(mail.text) < 75_000
    assert len(mail.html) < 400_000
