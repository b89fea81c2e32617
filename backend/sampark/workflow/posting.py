"""Mails planned in the outbox, each with its effect in the ledger; `sending` carries them out.

A mail's key names the step that plans it: however often the step is repeated, and whatever has
come in meanwhile, it plans the same row.
"""

import hashlib

from dbos import DBOS

from sampark.domain.base import Frozen, TaskId
from sampark.domain.mail import Address, MailRef, Message
from sampark.domain.run import Effect, Outgoing
from sampark.domain.task import Task
from sampark.domain.tool import Sink
from sampark.mailbox import build
from sampark.storage.rows import OutboxRow
from sampark.workflow.services import Services

LAST = "last"


class Slip(Frozen):
    """What is noted of a mail beside its words: under which key, for which task, of which kind."""

    key: str
    task: TaskId | None = None
    kind: str = ""


def post_for(
    here: Services,
    task: Task,
    kind: str,
    outgoing: Outgoing,
    *,
    parent: MailRef | None = None,
    about: str = "",
) -> str:
    """Plan a mail to the requester, as the answer to the task's latest mail; return its key.

    There is one mail of the kind `LAST` for what a task was asked so far, whichever step plans it.
    `about` is the hash of the plan that is shown: another plan is another mail.
    """
    refs = here.store.mails.for_task(task.id)
    first = MailRef(account=task.account, gmail_id=task.gmail_id)
    key = _last_key(here, task.id) if kind == LAST else _key(f"{kind}{about}")
    slip = Slip(key=key, task=task.id, kind=kind)
    _plan(here, parent or (refs[-1] if refs else first), slip, outgoing)
    return key


def posted(here: Services, task: TaskId, kind: str) -> Effect | None:
    """Return the newest mail of that kind that was planned for a task, as its effect."""
    effects = here.store.effects.rows(task)
    return next((it for it in reversed(effects) if it.args.get("mail") == kind), None)


def tell(
    here: Services,
    parent: MailRef,
    key: str,
    outgoing: Outgoing,
    *,
    written: Message | None = None,
) -> None:
    """Plan the answer to a mail that starts no task, unless one is planned under that key.

    `written` is the mail as far as it could be read, where that is not the whole of it.
    """
    _plan(here, parent, Slip(key=key), outgoing, written)


def _plan(
    here: Services,
    parent: MailRef,
    slip: Slip,
    outgoing: Outgoing,
    written: Message | None = None,
) -> None:
    message = written or here.message(parent)
    to, cc = build.recipients(message, here.gate(parent.account))
    mime = build.reply(
        outgoing,
        account=parent.account,
        to=to,
        cc=cc,
        parent=message,
        key=slip.key,
        contents={
            file.sha256: here.store.blobs.get(slip.task, file.sha256)
            for file in outgoing.files
            if slip.task is not None
        },
        date=here.clock.now(),
    )
    here.store.effects.plan(_effect(here, slip, outgoing, [to, *cc]))
    here.store.outbox.plan(
        OutboxRow(
            key=slip.key,
            account=parent.account,
            task=slip.task,
            thread_id=here.store.mails.arrival(parent).thread_id,
            mime=mime,
        )
    )


def _last_key(here: Services, task: TaskId) -> str:
    """Return the key of a task's last mail: another one, once more was asked after it was sent."""
    _, taken = here.store.tasks.amendments(task)
    return _digest(f"{task}:{LAST}:{taken}" if taken else f"{task}:{LAST}")


def _key(kind: str) -> str:
    """Return the key of the mail that this durable step plans.

    It is made from the step's place in its workflow alone: a key made from the task as it stands
    would change if another mail came in between a crash and the repetition of the step.
    """
    if DBOS.workflow_id is None:
        raise LookupError("a mail is planned in a durable step only")
    return _digest(f"{DBOS.workflow_id}:{DBOS.step_id}:{kind}")


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _effect(here: Services, slip: Slip, outgoing: Outgoing, people: list[Address]) -> Effect:
    plan = here.store.runs.plan(slip.task) if slip.task is not None else None
    return Effect(
        key=slip.key,
        task=slip.task,
        kind=Sink.REPLY_OWNER.value,
        args={
            "mail": slip.kind,
            "recipients": [person.email for person in people],
            "subject": outgoing.subject,
            "files": [file.name for file in outgoing.files],
            "body": hashlib.sha256(outgoing.text.encode()).hexdigest(),
        },
        plan_hash=plan.hash if plan is not None else "",
    )
