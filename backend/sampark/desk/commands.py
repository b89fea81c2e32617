"""What can be done. Every command names its asker, checks the role, and leaves an event."""

from collections.abc import Sequence

from sampark.desk.roles import require
from sampark.desk.views import Person
from sampark.domain.base import TaskId
from sampark.workflow.engine import Engine
from sampark.workflow.steering import see_to, stop_task


class Commands:
    """Acts on the running system; blocking: call it from a thread on an event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stop(self, task: TaskId, *, by: Person) -> bool:
        """Stop a task at its next step boundary; False when it has ended already.

        Raises:
            Forbidden: the asker is not an operator.
            StoreError: there is no task of that id.
        """
        require(by, "operator")
        return self._engine.call(stop_task(task, by=by.name))

    def see_to(self, keys: Sequence[str], *, by: Person) -> int:
        """Note that the asker has seen to mails of ours that are held; return how many that were.

        Args:
            keys: As `HeldLine.key` tells them; one that is not held, or not any more, is passed over.
            by: The asker.

        Raises:
            Forbidden: the asker is not an operator.
        """
        require(by, "operator")
        return self._engine.call(see_to(keys, by=by.name))
