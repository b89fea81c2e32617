"""Running a plan: which step when, one attempt at one step, and the tools that do the work.

A run knows no durable engine, no database and no mailbox: the workflow hands it a step runner and a
bench. Tools reach only their bench; nothing here sends, fetches or reads settings.
"""

from sampark.execution.run_plan import run_plan

__all__ = ["run_plan"]
