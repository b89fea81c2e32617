import pytest
from pydantic import ValidationError

from sampark.domain.run_test import TASK
from sampark.domain.task import Claim, Question, Task, TaskStatus


def test_only_three_statuses_are_final() -> None:
    assert {status for status in TaskStatus if status.final} == {"done", "failed", "stopped"}


def test_the_first_claim_of_a_name_counts() -> None:
    claims = tuple(
        Claim(name="minutes", value=value, quote=str(value), start=0) for value in (30, 60)
    )
    task = TASK.model_copy(update={"claims": claims})
    first = task.claim("minutes")
    assert first is not None
    assert first.value == 30
    assert task.claim("title") is None


def test_a_task_was_asked_at_a_moment_with_an_offset() -> None:
    raw = TASK.model_dump(mode="json") | {"asked_at": "2027-03-01T09:00:00"}
    with pytest.raises(ValidationError, match="timezone"):
        Task.model_validate(raw)


def test_a_question_may_stand_without_choices() -> None:
    assert Question(about="when", text="When?").choices == ()
