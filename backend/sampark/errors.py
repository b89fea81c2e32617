"""The error tree. Every message names the input; `fix` says what to do about it.

SamparkError
├── SettingsError        an option, an environment variable or a file path is wrong
├── StoreError           the database or its key cannot be used
│   ├── StoreAway        the database cannot be used at the moment: try again
│   ├── KeyFileError     the key file is missing, readable by others, or not the one of this store
│   └── SealBroken       a sealed value was changed, or belongs to another row
├── MailboxError         Gmail refused or could not be reached
│   ├── CursorExpired    the history id is too old: resynchronise
│   ├── MessageGone      the message no longer exists: skip it
│   ├── ReconnectNeeded  the account's grant is gone: a person must connect again
│   └── SendUnknown      a send may or may not have happened: reconcile, never repeat
├── MailUnreadable       reading a mail went over its bound: it is set aside
├── ParserDown           no process to read mail in: it is read later
├── PlanRefused          a plan that does not compile was handed to something that runs plans
├── StepFailed           a tool cannot do what the step asks; the requester reads the message
│   └── StepInterrupted  the same, for a passing reason: worth another attempt
└── ModelFailed          a model gave no usable answer
"""


class SamparkError(Exception):
    """Something a person can act on: what is wrong, and the fix."""

    def __init__(self, problem: str, *, fix: str = "") -> None:
        super().__init__(problem if not fix else f"{problem} {fix}")
        self.problem = problem
        self.fix = fix

    def __reduce__(self) -> tuple[object, ...]:
        """Keep `fix` when the durable engine stores the error between processes."""
        return (_rebuild, (type(self), self.problem, self.fix))


def _rebuild(kind: type[SamparkError], problem: str, fix: str) -> SamparkError:
    return kind(problem, fix=fix)


class SettingsError(SamparkError):
    """An option, an environment variable or a file path is wrong."""


class StoreError(SamparkError):
    """The database or its key cannot be used."""


class StoreAway(StoreError):
    """The database cannot be used at the moment: its disk is full, or its server restarts."""


class KeyFileError(StoreError):
    """The key file is missing, readable by others, or not the one of this store."""


class SealBroken(StoreError):
    """A sealed value was changed, or was copied from another row."""


class MailboxError(SamparkError):
    """Gmail refused a request or could not be reached."""


class CursorExpired(MailboxError):
    """The stored history id is older than Gmail's history: resynchronise."""


class MessageGone(MailboxError):
    """The message was deleted between its announcement and its reading: skip it."""


class ReconnectNeeded(MailboxError):
    """The account's grant is revoked or expired: a person must connect it again."""


class SendUnknown(MailboxError):
    """A send may or may not have happened: reconcile before anything else."""


class MailUnreadable(SamparkError):
    """Reading a mail cost more than a mail may cost: set it aside, never read it again."""


class ParserDown(SamparkError):
    """The process that reads mail could not be started: read the mail later."""


class PlanRefused(SamparkError):
    """A plan that does not compile reached something that runs plans."""


class StepFailed(SamparkError):
    """A tool cannot do what its step asks; the message is written for the requester."""


class StepInterrupted(StepFailed):
    """A step failed for a passing reason, such as a time-out: worth another attempt."""


class ModelFailed(SamparkError):
    """A model was unreachable or gave no usable answer."""
