import pytest

from sampark.domain.base import StepKey
from sampark.domain.plan import Estimate, Step
from sampark.domain.run import StepStatus
from sampark.domain.value import Origin, Value
from sampark.reply import receipt as receipts
from sampark.reply.sample_test import REPORT, broken, done, plan, record, skipped, task


def test_the_receipt_of_a_whole_run():
    made = receipts.receipt(record(), estimate=Estimate(p50=3, p90=8), files=[REPORT])
    rows = {row.label: row.lines for row in made.rows}
    assert rows == {
        "Read as": ("Profile sales.csv",),
        "Done": ("Read sales.csv; Profile every column; Draw the charts; Write the report",),
        "Not done": ("nothing",),
        "Sources": ("your words; sales.csv (attached)",),
        "Files": ("report.pdf, 128 KB, SHA-256 9f8e7d6c5b4a",),
        "Time": ("estimated 3 s (up to 8 s), took 4 s",),
        "Cost": ("nothing",),
        "To change it": ("Reply in this thread and say what should be different.",),
    }


def test_what_is_not_done_says_why():
    part = record(
        done("read"),
        done("profile"),
        broken("charts", "No column\nholds numbers."),
        skipped("report"),
    )
    made = receipts.receipt(part, estimate=None, files=[])
    assert made.done == ("Read sales.csv", "Profile every column")
    assert made.not_done == (
        "Draw the charts: No column holds numbers.",
        "Write the report: left out, because it needs “Draw the charts”",
    )


def test_steps_without_a_reason_share_a_line_by_state():
    running = done("profile", status=StepStatus.RUNNING, finished_at=None, value=None)
    made = receipts.receipt(record(done("read"), running), estimate=None, files=[])
    assert made.not_done == (
        "Running: Profile every column",
        "Not started: Draw the charts; Write the report",
    )


def test_a_later_attempt_counts():
    failed = broken("read", "It was away.")
    made = receipts.receipt(record(failed, done("read", attempt=2)), estimate=None, files=[])
    assert made.done == ("Read sales.csv",)


def test_time_is_work_only_once_and_never_waiting():
    steps = (*plan().steps, Step(key=StepKey("wait"), title="Wait", tool="time.wait"))
    runs = (
        done("read", 0, 2),
        done("profile", 1, 2),
        done("charts", 10, 1),
        done("wait", 20, 9999),
    )
    waited = record(*runs, plan=plan(steps=steps))
    assert receipts.busy_seconds(waited) == pytest.approx(4.0)
    assert receipts.busy_seconds(record(broken("read", "x"))) == 0.0


def test_cost_counts_every_attempt():
    runs = (done("read", usd=0.01, tokens=1200), done("read", attempt=2, usd=0.02, tokens=300))
    made = receipts.receipt(record(*runs), estimate=None, files=[])
    assert made.cost == "$0.0300, 1,500 tokens of a language model"


def test_every_kind_of_source_is_named_in_order():
    origins = frozenset(
        {
            Origin(kind="model", ref="plan"),
            Origin(kind="web", ref="evil.com"),
            Origin(kind="mail", ref="m1"),
            Origin(kind="attachment", ref="gone"),
            Origin(kind="requester"),
        }
    )
    run = done("read", value=Value(data={}, origins=origins))
    assert receipts.sources(record(run)) == (
        "your words",
        "gone (attached)",
        "quoted or forwarded mail",
        "the web page at evil.com",
        "a language model",
    )
    assert receipts.sources(record(broken("read", "x"))) == ("your words",)


def test_long_lists_end_with_their_count():
    assert receipts.shortened(tuple("abcde"), 5) == tuple("abcde")
    assert receipts.shortened(tuple("abcdef"), 5) == ("a", "b", "c", "d", "and 2 more")


def test_a_task_without_a_goal_is_read_by_its_subject():
    assert receipts.read_as(task(goal="", subject="Sums")) == "Sums"
    assert receipts.read_as(task(goal="", subject="")) == "a task without words"
    assert len(receipts.read_as(task(goal="x" * 10_000))) == 300
