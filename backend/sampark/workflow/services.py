"""What the durable steps work with. Bound once when the engine starts.

The engine registers its functions per process, so that what they need is bound per process too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sampark.domain.base import AccountId, TaskId
from sampark.domain.mail import MailRef, Message
from sampark.domain.policy import Policy
from sampark.domain.ports import Clock
from sampark.domain.run import StepRun
from sampark.domain.tool import AnyTool
from sampark.llm.models import ModelFactory
from sampark.mailbox.connected import not_connected
from sampark.mailbox.gate import GateSettings
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.limits import head_of
from sampark.mailbox.parser import Parser
from sampark.planning.playbooks import Playbook
from sampark.storage.runs import Noted
from sampark.storage.store import Store
from sampark.workflow.floor import Floor
from sampark.workflow.names import RequesterNames
from sampark.workflow.noting import Noting

_MOST_KEPT = 32
_MOST_BYTES = 64_000_000


@dataclass(frozen=True)
class Limits:
    """How long and how often. Seconds, unless the name says otherwise.

    Answers are counted by the hour, tasks by the day; 0 is no limit.
    """

    answer_days: float = 3.0
    acknowledge_after: float = 60.0
    approve_plans: bool = False
    replies_per_thread: int = 10
    replies_per_requester: int = 30
    tasks_per_requester: int = 50


@dataclass(frozen=True)
class Services:
    """Everything that a stage's step loads from and saves to.

    `mailboxes` are those that are connected at the moment: they come and go while others read it.
    `stopping` are the tasks that were asked to stop in this process, seen without asking the store.
    """

    store: Store
    clock: Clock
    mailboxes: Mapping[AccountId, Gmail]
    gate: Callable[[AccountId], GateSettings]
    timezone: Callable[[str], str]
    tools: Mapping[str, AnyTool]
    playbooks: tuple[Playbook, ...]
    policy: Policy
    models: ModelFactory
    names: RequesterNames
    limits: Limits = Limits()
    parser: Parser = field(default_factory=Parser)
    floor: Floor = field(default_factory=Floor)
    stopping: set[TaskId] = field(default_factory=set[TaskId])
    _read: dict[str, Message] = field(default_factory=dict[str, Message])
    _noting: Noting = field(default_factory=Noting)

    def mailbox(self, account: AccountId) -> Gmail:
        """Return a connected mailbox; raises ReconnectNeeded if it is not, or no longer."""
        found = self.mailboxes.get(account)
        if found is None:
            raise not_connected(account)
        return found

    def message(self, ref: MailRef) -> Message:
        """Return the parsed mail; the last few are kept, as several steps look at one mail.

        Few of those with large files: together they have 64 MB at most.

        Raises:
            MailUnreadable: Reading it went over a bound.
            ParserDown: Nothing can be read just now.
        """
        known = self._read.get(ref.key)
        if known is not None:
            return known
        message = self.parser.read(self.store.mails.arrival(ref).raw)
        while len(self._read) >= _MOST_KEPT or _too_much(message, *list(self._read.values())):
            if self._read.pop(next(iter(self._read), ""), None) is None:
                break
        self._read[ref.key] = message
        return message

    def head(self, ref: MailRef) -> Message:
        """Return what a mail's headers alone say; raises MailUnreadable, ParserDown."""
        return self.parser.read(head_of(self.store.mails.arrival(ref).raw))

    async def note(self, task: TaskId, version: int, run: StepRun) -> None:
        """Keep how an attempt stands; it is in the store when this returns."""
        await self._noting.note(self.store.runs.note, Noted(task, version, run))


def _too_much(*messages: Message) -> bool:
    """Whether these should not all be kept: a mail's files may have 25 MB."""
    files = (attachment for message in messages for attachment in message.attachments)
    return sum(attachment.size for attachment in files) > _MOST_BYTES


_bound: list[Services] = []


def bind(services: Services) -> None:
    """Make these the services of this process."""
    _bound[:] = [services]


def services() -> Services:
    """Return the bound services; raises LookupError before the engine was started."""
    if not _bound:
        raise LookupError("no services are bound: start the engine first")
    return _bound[0]
