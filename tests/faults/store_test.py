"""The store fails once, at each of its calls: the mail is held up and then answered, once."""

from dataclasses import replace

from sqlalchemy.exc import OperationalError

from sampark.errors import StoreError
from sampark.workflow.services import Services

from .points import Watched
from .rig import rig


class Trouble:
    """Counts the store's calls, and lets one of them find the disk full. Stands where Points does."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.fails_at = 0

    def arm(self, fails_at: int) -> None:
        self.names.clear()
        self.fails_at = fails_at

    def enter(self, name: str) -> int:
        self.names.append(name)
        if len(self.names) == self.fails_at:
            full = OperationalError("", None, Exception("database or disk is full"))
            raise StoreError("The database cannot be used: disk is full.") from full
        return 0

    def leave(self, name: str, time: int) -> None:
        """Nothing happens afterwards."""


def test_a_store_that_fails_once_at_any_call_only_holds_the_mail_up(tmp_path):
    trouble = Trouble()

    def watched(services: Services) -> Services:
        return replace(services, store=Watched(services.store, "store", trouble))

    with rig(tmp_path, change=watched) as here:
        here.ask("first")
        here.wait_for("first")
        trouble.arm(0)
        here.ask("counted")
        here.wait_for("counted")
        calls = len([name for name in trouble.names if name != "store.accounts.cursor"])
        assert calls > 30
        titles = [f"call {number}" for number in range(1, calls + 2, 2)]
        for number, title in zip(range(1, calls + 2, 2), titles, strict=True):
            trouble.arm(number)
            here.ask(title)
            here.wait_for(title)
        assert here.answers() == sorted(["first", "counted", *titles])
        assert {row.status.value for row in here.system.store.tasks.rows(limit=1_000)} == {"done"}
