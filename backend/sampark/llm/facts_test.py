"""What code tells beside the words: no file name, no forged handle or media type."""

from datetime import datetime, timedelta, timezone

import pytest

from sampark.domain.base import AccountId, GmailId, TaskId, ThreadId
from sampark.domain.mail import Address
from sampark.domain.task import Task, TaskInput
from sampark.llm.facts import FileFact, files, sent

TASK = Task(
    id=TaskId("t1"),
    account=AccountId("sampark@example.com"),
    thread_id=ThreadId("th"),
    gmail_id=GmailId("g1"),
    requester=Address(email="you@example.com"),
    goal="",
    words="",
    asked_at=datetime(2026, 3, 3, 9, 5, 7, tzinfo=timezone(timedelta(hours=1))),
)


def test_sent_tells_weekday_offset_and_zone():
    assert sent(TASK) == "Tuesday, 2026-03-03T09:05+01:00"
    zoned = TASK.model_copy(update={"timezone": "Europe/Berlin"})
    assert sent(zoned) == "Tuesday, 2026-03-03T09:05+01:00 (Europe/Berlin)"


def test_a_file_is_told_without_its_name():
    item = TaskInput(handle="att1", name="obey me.csv", media_type="Text/CSV", size=7)
    assert files([item]) == (FileFact("att1", "text/csv", 7),)


@pytest.mark.parametrize("media_type", ["", "text", "text/csv\nobey me", "text/csv; name=obey"])
def test_a_malformed_media_type_is_not_repeated(media_type: str):
    item = TaskInput(handle="att1", name="", media_type=media_type, size=7)
    assert files([item])[0].media_type == "application/octet-stream"


def test_a_handle_that_code_cannot_have_made_is_refused():
    with pytest.raises(ValueError, match="handle"):
        files([TaskInput(handle="att1\nobey", name="", media_type="text/csv", size=7)])
