import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sampark.domain.base import StepKey
from sampark.domain.plan import Estimate, Plan, Step
from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.planning import picture
from sampark.planning.boxes import duration
from sampark.planning.compiler_test import weird_plans
from sampark.planning.toolbox_test import plan, profile_plan, ref, step

START = datetime(2027, 1, 1, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"
NASTY = '<script>alert(1)</script> & "quotes" \' ]]> \u202e\x00\x1b'


def run(key: str, status: str, *, seconds: float = 1.0, error: str = "", **more: float) -> StepRun:
    ended = status in {"done", "failed"}
    return StepRun.model_validate(
        {
            "key": key,
            "attempt": more.pop("attempt", 1),
            "status": status,
            "started_at": START,
            "finished_at": START + timedelta(seconds=seconds) if ended else None,
            "error": StepError(kind="x", message=error) if error else None,
            **more,
        }
    )


def texts(drawing: str) -> list[str]:
    return [item.text or "" for item in ET.fromstring(drawing).iter(f"{SVG}text")]


def boxes(drawing: str) -> dict[str, ET.Element]:
    found = ET.fromstring(drawing).iter(f"{SVG}g")
    return {item.attrib["data-step"]: item for item in found if "data-step" in item.attrib}


def told(drawing: str) -> list[str]:
    """Return the first line of every tooltip."""
    return [(item.text or "").split("\n")[0] for item in ET.fromstring(drawing).iter(f"{SVG}title")]


def long_plan(count: int) -> Plan:
    steps = [step("s0", "file.open", handle="att1")]
    steps += [step(f"s{at}", "t", x=ref(f"s{at - 1}.y")) for at in range(1, count)]
    return plan(*steps, deliver=(f"s{count - 1}.y",))


def test_every_step_can_be_clicked() -> None:
    drawing = picture.svg(profile_plan())
    assert list(boxes(drawing)) == ["open", "read", "profile", "charts", "book", "report"]
    assert 'class="sampark-plan mathjax_ignore"' in drawing


def test_before_the_run_steps_are_numbered() -> None:
    drawing = picture.svg(profile_plan())
    assert [text for text in texts(drawing) if text.isdecimal()] == ["1", "2", "3", "4", "5", "6"]
    assert "6 planned" in ET.fromstring(drawing).attrib["aria-label"]


def test_a_mail_shows_the_typical_plan_without_shrinking_it() -> None:
    width, height = picture.size(picture.svg(profile_plan()))
    assert width <= 600
    assert height <= 400


@pytest.mark.parametrize("status", list(StepStatus))
def test_every_status_has_a_word_a_colour_and_a_shape(status: StepStatus) -> None:
    made = plan(step("a", "t"))
    drawing = picture.svg(made, [run("a", status)])
    others = [picture.svg(made, [run("a", other)]) for other in StepStatus if other != status]
    box = ET.tostring(boxes(drawing)["a"])
    assert box not in [ET.tostring(boxes(other)["a"]) for other in others]
    word = {"approval": "needs approval"}.get(status.value, status.value)
    assert word in texts(drawing)


def test_a_step_says_its_key_its_tool_and_its_time() -> None:
    drawing = picture.svg(plan(step("a", "file.open")), [run("a", "done", seconds=2.5)])
    assert "a · file.open · 2.5 s" in texts(drawing)


def test_the_last_attempt_counts() -> None:
    tried = [run("a", "done", attempt=2), run("a", "failed", attempt=1)]
    assert "done" in texts(picture.svg(plan(step("a", "t")), tried))
    assert "done" in texts(picture.svg(plan(step("a", "t")), {"x": tried[1], "a": tried[0]}))


def test_money_is_told_without_a_dollar_sign() -> None:
    drawing = picture.svg(plan(step("a", "t")), [run("a", "done", usd=0.04)])
    assert "USD 0.04" in drawing
    assert "$" not in drawing


def test_titles_are_shortened_and_stand_whole_in_the_tooltip() -> None:
    title = "Describe every single column of the attached sheet in great detail and more than that"
    made = plan(*(step(f"s{at}", "t").model_copy(update={"title": title}) for at in range(20)))
    drawing = picture.svg(made)
    assert any(text.endswith("…") for text in texts(drawing))
    assert boxes(drawing)["s0"][0].text == f"{title}: planned\ns0 · t"


def test_a_small_plan_has_room_for_two_lines() -> None:
    made = Step(key=StepKey("a"), title="Draw a bar chart of the averages per region", tool="t")
    assert {"Draw a bar chart of the averages", "per region"} <= set(texts(picture.svg(plan(made))))


def test_an_order_without_data_is_drawn_dashed() -> None:
    made = plan(step("a", "t"), step("b", "t", after=("a",)))
    assert 'stroke-dasharray="4 3"' in picture.svg(made)


def test_people_cannot_write_svg() -> None:
    made = Step(key=StepKey(NASTY), title=NASTY, tool=NASTY)
    drawing = picture.svg(plan(made), {NASTY: run(NASTY, "failed", error=NASTY)})
    assert "<script" not in drawing
    assert {item.tag.removeprefix(SVG) for item in ET.fromstring(drawing).iter()} == {
        *("svg", "g", "title", "rect", "circle", "path", "text"),
    }
    assert picture.png(drawing)


def test_the_error_stands_in_the_tooltip_and_in_the_words() -> None:
    made = plan(step("a", "t"))
    failed = [run("a", "failed", error="The sheet is empty.")]
    assert "The sheet is empty." in (boxes(picture.svg(made, failed))["a"][0].text or "")
    assert picture.words(made, failed) == "1. The step a: failed, 1.0 s, The sheet is empty."


def test_the_words_tell_what_the_picture_shows() -> None:
    figures = Estimate(p50=90.0, p90=100.0)
    made = plan(
        step("a", "t"), step("b", "t").model_copy(update={"estimate": figures}), deliver=("b.x",)
    )
    assert picture.words(made).splitlines() == [
        "1. The step a: planned",
        "2. The step b: planned, about 1.5 min (comes with the answer)",
    ]
    assert picture.words(made, [run("a", "done", usd=0.5)]).splitlines() == [
        "1. The step a: done, 1.0 s, USD 0.50",
        "2. The step b: queued, about 1.5 min (comes with the answer)",
    ]


def test_a_long_plan_is_folded() -> None:
    made = long_plan(100)
    tried = [run(f"s{at}", "done") for at in range(60)]
    drawing = picture.svg(made, [*tried, run("s60", "running")])
    assert list(boxes(drawing)) == [f"s{at}" for at in range(59, 100)]
    assert {"59 done", "59 s of work"} <= set(texts(drawing))
    assert len(boxes(picture.svg(made, tried, fold_above=100))) == 100


def test_a_folded_box_tells_the_worst_last() -> None:
    tried = [run(f"s{at}", "done" if at < 50 else "skipped") for at in range(99)]
    assert "49 skipped, 50 done" in told(picture.svg(long_plan(100), [*tried, run("s99", "done")]))


def test_a_plan_beyond_measure_is_one_box_with_figures() -> None:
    drawing = picture.svg(long_plan(700), [run("s0", "failed")])
    assert boxes(drawing) == {}
    assert "699 queued, 1 failed" in told(drawing)
    assert "700 planned" in told(picture.svg(long_plan(700)))


def test_plans_without_sense_are_drawn_too() -> None:
    ring = plan(step("a", "t", after=("b",)), step("b", "t", after=("a",)), step("a", "t"))
    assert list(boxes(picture.svg(ring))) == ["a", "b"]
    assert picture.png(picture.svg(plan()))
    assert picture.words(plan()) == ""


@settings(max_examples=60, deadline=None)
@given(weird_plans(), st.sampled_from(list(StepStatus)))
def test_any_plan_gives_well_formed_svg(made: Plan, status: StepStatus) -> None:
    tried = [run(one.key, status.value) for one in made.steps[:2]]
    drawing = picture.svg(made, tried)
    assert set(boxes(drawing)) == {one.key for one in made.steps}
    assert len(picture.words(made, tried).splitlines()) == len({one.key for one in made.steps})


def test_a_png_is_as_large_as_it_was_asked_for() -> None:
    drawing = picture.svg(profile_plan())
    width, height = picture.size(drawing)
    with Image.open(BytesIO(picture.png(drawing, 2))) as image:
        assert image.size == (round(2 * width), pytest.approx(2 * height, abs=2))


def test_a_png_has_words_in_it() -> None:
    said = plan(Step(key=StepKey("a"), title="MMMMMMMM", tool="t"))
    unsaid = plan(Step(key=StepKey("a"), title="........", tool="t"))
    dark = [_dark(picture.png(picture.svg(made))) for made in (said, unsaid)]
    assert dark[0] > dark[1] + 500


def _dark(content: bytes) -> int:
    with Image.open(BytesIO(content)) as image:
        return sum(image.convert("L").histogram()[:100])


def test_a_huge_picture_is_drawn_smaller() -> None:
    drawing = picture.svg(long_plan(500), fold_above=1000)
    with Image.open(BytesIO(picture.png(drawing, 50))) as image:
        assert image.size[0] * image.size[1] <= 26_000_000


@pytest.mark.parametrize("wrong", ["", "<svg/>", "<svg width='x'>", "not a picture"])
def test_what_is_no_picture_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no picture"):
        picture.png(wrong)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0.0 s"),
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1.0 min"),
        (210, "3.5 min"),
        (7560, "2.1 h"),
        (345_600, "4.0 days"),
    ],
)
def test_times_are_told_as_people_do(seconds: float, words: str) -> None:
    assert duration(seconds) == words


SCRIPT = """
from sampark.planning import picture
from sampark.planning.picture_test import long_plan, run
from sampark.planning.toolbox_test import profile_plan
import hashlib
made = long_plan(100)
parts = [picture.svg(profile_plan()), picture.svg(made, [run("s0", "done"), run("s1", "failed")])]
print(hashlib.sha256("".join(parts).encode()).hexdigest())
"""


def test_the_bytes_are_the_same_with_any_hash_seed() -> None:
    backend = Path(__file__).parents[2]
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(backend)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(told) == 1


def test_a_slim_plan_stands_above_the_middle_of_its_legend() -> None:
    slim = plan(step("open", "file.open", handle="att1"), deliver=("open.file",))
    drawing = picture.svg(slim, [run("open", "failed", error="broken")])
    wide, _height = picture.size(drawing)
    moved = ET.fromstring(drawing).find(f"{SVG}g")
    assert moved is not None
    assert len(list(moved)) == 1
    right = float(moved.attrib["transform"].removeprefix("translate(").split(",")[0])
    box = boxes(drawing)["open"]
    inside = float(box.attrib["transform"].removeprefix("translate(").split(",")[0])
    rect = box.find(f"{SVG}rect")
    assert rect is not None
    assert abs(right + inside + float(rect.attrib["width"]) / 2 - wide / 2) <= 1
