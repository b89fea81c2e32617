"""What a notebook may use: open a lab, send mails, look at tasks, build, compile and run plans.

A notebook imports nothing else of this project. Everything shown is the same from run to run: no
id, no path, no time. The lab decides nothing that the system does not decide the same way, and no
plan that it tries reaches anything outside.

The names below load when they are first used, so that importing the room itself costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sampark.domain.plan import Plan, Ref, Step
    from sampark.domain.task import Task
    from sampark.errors import PlanRefused, SamparkError
    from sampark.lab.building import plan
    from sampark.lab.check_view import CheckView
    from sampark.lab.conversation import Conversation
    from sampark.lab.diff import DiffView, compare
    from sampark.lab.drafting import Drafted, step
    from sampark.lab.file_view import FileView
    from sampark.lab.lab import Lab
    from sampark.lab.plan_view import PlanView
    from sampark.lab.run_view import RunView
    from sampark.lab.table_view import TableView
    from sampark.lab.task_view import AskView, TaskView

_HOMES = {
    "AskView": "sampark.lab.task_view",
    "CheckView": "sampark.lab.check_view",
    "Conversation": "sampark.lab.conversation",
    "DiffView": "sampark.lab.diff",
    "Drafted": "sampark.lab.drafting",
    "FileView": "sampark.lab.file_view",
    "Lab": "sampark.lab.lab",
    "Plan": "sampark.domain.plan",
    "PlanRefused": "sampark.errors",
    "PlanView": "sampark.lab.plan_view",
    "Ref": "sampark.domain.plan",
    "RunView": "sampark.lab.run_view",
    "SamparkError": "sampark.errors",
    "Step": "sampark.domain.plan",
    "TableView": "sampark.lab.table_view",
    "Task": "sampark.domain.task",
    "TaskView": "sampark.lab.task_view",
    "compare": "sampark.lab.diff",
    "plan": "sampark.lab.building",
    "step": "sampark.lab.drafting",
}

__all__ = [
    "AskView",
    "CheckView",
    "Conversation",
    "DiffView",
    "Drafted",
    "FileView",
    "Lab",
    "Plan",
    "PlanRefused",
    "PlanView",
    "Ref",
    "RunView",
    "SamparkError",
    "Step",
    "TableView",
    "Task",
    "TaskView",
    "compare",
    "plan",
    "step",
]


def __getattr__(name: str) -> object:
    """Load a name of this room when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
