"""What each kind of mail is made of: one class per template pair, all words plain data."""

from dataclasses import dataclass
from typing import ClassVar

from sampark.domain.base import Frozen
from sampark.reply.inert import Known
from sampark.reply.receipt import FileFact, Outcome, Receipt
from sampark.reply.sanitise import Body


class Offer(Frozen):
    """Something that can be done: its name, what it does, and words that ask for it."""

    title: str
    summary: str
    example: str


class Choice(Frozen):
    """One numbered choice of a question; the preset one is taken when no answer comes."""

    number: str
    words: str
    preset: bool


class Asked(Frozen):
    """One numbered question. `preset` is what is taken without an answer, empty if nothing is."""

    number: str
    words: str
    details: tuple[str, ...]
    choices: tuple[Choice, ...]
    preset: str


class Picture(Frozen):
    """A picture in the body: its content id, its size on screen in pixels, its words."""

    cid: str
    width: str
    height: str
    words: str


@dataclass(frozen=True, kw_only=True)
class MailView:
    """What every mail shows, and the name of its templates."""

    template: ClassVar[str]
    subject: str
    known: Known


@dataclass(frozen=True, kw_only=True)
class AnswerView(MailView):
    """The result: answer texts first, or `headline` where the plan made none."""

    template: ClassVar[str] = "answer"
    headline: str
    bodies: tuple[Body, ...]
    shortfall: str
    amended: str
    files: tuple[FileFact, ...]
    left_out: tuple[str, ...]
    picture: Picture | None
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class FailedView(MailView):
    """Why the work did not come to its end, and what there is all the same."""

    template: ClassVar[str] = "failed"
    reason: str
    advice: str
    bodies: tuple[Body, ...]
    amended: str
    files: tuple[FileFact, ...]
    left_out: tuple[str, ...]
    picture: Picture | None
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class AcknowledgeView(MailView):
    """The plan and when the result comes."""

    template: ClassVar[str] = "acknowledge"
    promise: str
    read_as: str
    assumed: tuple[str, ...]
    steps: tuple[str, ...]
    picture: Picture | None


@dataclass(frozen=True, kw_only=True)
class AskView(MailView):
    """The questions, how to answer, and what happens without an answer."""

    template: ClassVar[str] = "ask"
    opening: str
    questions: tuple[Asked, ...]
    manner: str
    silence: str
    read_as: str


@dataclass(frozen=True, kw_only=True)
class ProposeView(MailView):
    """A plan that waits for the requester's word, and why it does."""

    template: ClassVar[str] = "propose"
    word: str
    reasons: tuple[str, ...]
    read_as: str
    assumed: tuple[str, ...]
    steps: tuple[str, ...]
    duration: str
    picture: Picture | None
    silence: str


@dataclass(frozen=True, kw_only=True)
class CannotView(MailView):
    """A polite no, and what can be asked for."""

    template: ClassVar[str] = "cannot"
    lead: str
    reason: str
    invitation: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, kw_only=True)
class StoppedView(MailView):
    """The end without a result: the requester asked for it, or nobody agreed."""

    template: ClassVar[str] = "stopped"
    lead: str
    done: tuple[str, ...]
    not_done: tuple[str, ...]
    files: tuple[FileFact, ...]
    left_out: tuple[str, ...]
    read_as: str


@dataclass(frozen=True, kw_only=True)
class StatusView(MailView):
    """Where a task stands."""

    template: ClassVar[str] = "status"
    standing: str
    read_as: str
    asked: str
    steps: tuple[Outcome, ...]
    more: str
    picture: Picture | None


@dataclass(frozen=True, kw_only=True)
class NoticeView(MailView):
    """Something is wrong with what was sent, and the way out."""

    template: ClassVar[str] = "notice"
    problem: str
    fix: str


VIEWS: tuple[type[MailView], ...] = (
    AnswerView,
    FailedView,
    AcknowledgeView,
    AskView,
    ProposeView,
    CannotView,
    StoppedView,
    StatusView,
    NoticeView,
)
