"""Send what is planned in the outbox, once, however long Gmail is away."""

from collections.abc import Iterator

from dbos import DBOS

from sampark.domain.run import EffectState
from sampark.errors import MailboxError
from sampark.mailbox import outbox
from sampark.workflow.durable import durable
from sampark.workflow.services import services

SETTLED = frozenset({"sent", "failed", "unknown", "bounced"})
LEDGER: dict[str, EffectState] = {
    "sent": "done",
    "failed": "failed",
    "unknown": "unknown",
    "bounced": "done",
}

LONG = 8.0  # seconds of a pause in which other tasks can be worked on


async def send(key: str) -> str:
    """Carry one outbox row to its end; return `sent`, `failed` or `unknown` (a person decides)."""
    for pause in _pauses():
        state = await post(key)
        if state in SETTLED:
            return state
        if pause >= LONG:
            services().floor.leave(DBOS.workflow_id)
        await DBOS.sleep_async(pause)
    raise AssertionError("the pauses never end")


async def sent(key: str | None) -> bool:
    """Send the mail if one was planned; return whether one was."""
    if key is not None:
        await send(key)
    return key is not None


@durable
def post(key: str) -> str:
    """Move the row as far as Gmail lets it, and settle its effect in the ledger."""
    here = services()
    row = here.store.outbox.get(key)
    try:
        gmail = here.mailbox(row.account)
        row = outbox.deliver(key, gmail, here.store.outbox, clock=here.clock)
    except MailboxError as error:
        here.store.events.add(row.task, "send.delayed", {"key": key, "problem": error.problem})
        return here.store.outbox.get(key).state
    if row.state in SETTLED:
        here.store.effects.settle(key, LEDGER[row.state], {"gmail_id": row.gmail_id or ""})
    return row.state


def _pauses() -> Iterator[float]:
    """1, 2, 4 ... seconds between attempts, 300 at most, for ever: a mail is never dropped."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 2, 300.0)
