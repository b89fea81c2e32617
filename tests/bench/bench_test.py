"""The measurements measure what they say. No figure is judged here: that is for `make bench`."""

from dataclasses import dataclass
from datetime import date
from email import message_from_bytes

import pytest

from . import graph
from .__main__ import PAGE, main
from .latency import event
from .measurements import FULL, MEASUREMENTS, QUICK, Sizes
from .report import at_most, block, put, table
from .stage import floor, stage

TINY = Sizes(
    mails=1, rounds=1, warm_up=0, burst=2, runs=1, step=0.001, starts=1, flood=4, read=1, past=60
)


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_runs(name):
    _, measure = MEASUREMENTS[name]
    figures = measure(TINY)
    assert figures
    assert all(figure.value for figure in figures)
    assert table(figures).count("\n") == len(figures) + 1


def test_the_graph_is_the_one_that_is_told():
    plan = graph.graph(0.05)
    depths: dict[str, int] = {}
    for step in plan.steps:
        depths[step.key] = 1 + max((depths[need] for need in step.needs), default=0)
    widths = [list(depths.values()).count(depth) for depth in range(1, max(depths.values()) + 1)]
    assert len(plan.steps) == 200
    assert sum(len(list(step.refs())) for step in plan.steps) == 291
    assert len(widths) == 21
    assert max(widths) == 33
    assert plan.hash == graph.graph(0.05).hash


def test_the_floor_sends_an_answer_into_the_thread():
    answer = event(0)
    del answer["From"], answer["To"]
    answer["From"], answer["To"] = "sampark@example.com", "you@example.com"
    answer.set_content("It is in your calendar.")
    with stage() as on, floor(on, answer.as_bytes()):
        on.send(event(1))
        on.answered(1)
        [letter] = on.inbox()
        [asked] = on.requester.letters(label="SENT")
    assert letter.text.strip() == "It is in your calendar."
    assert letter.subject == "Re: Review 1"
    assert letter.thread_id == asked.thread_id
    assert message_from_bytes(letter.raw)["In-Reply-To"] == asked.message_id


def test_writing_changes_the_text_between_the_markers_and_nothing_else():
    page = "before\n<!-- figures: a -->\nold\n<!-- end: a -->\n<!-- figures: b -->\nb\n<!-- end: b -->\nafter"
    first, last = (
        "before\n<!-- figures: a -->",
        "<!-- end: a -->\n<!-- figures: b -->\nb\n<!-- end: b -->\nafter",
    )
    once = put(page, "a", "new")
    assert once == f"{first}\n\nnew\n\n{last}"
    assert put(once, "a", "newer") == once.replace("new", "newer")


@pytest.mark.parametrize("page", ["", "<!-- figures: a -->", "<!-- end: a --><!-- figures: a -->"])
def test_a_page_without_a_place_is_refused(page):
    with pytest.raises(ValueError, match="no place for a"):
        put(page, "a", "new")


def test_the_document_has_a_place_for_every_measurement():
    page = PAGE.read_text("utf-8")
    for name in MEASUREMENTS:
        assert put(page, name, "figures") != page


def test_a_run_tells_and_writes_its_figures(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("# Top\n<!-- figures: help --><!-- end: help -->\nBottom\n", "utf-8")
    main(["help", "--write"], page=page, sizes=TINY)
    told = page.read_text("utf-8")
    assert told.startswith("# Top\n<!-- figures: help -->\n\n|  | measured | goal |")
    assert told.endswith("<!-- end: help -->\nBottom\n")
    assert "`sampark --help`" in capsys.readouterr().out


@dataclass(frozen=True)
class Wrong:
    words: list[str]
    told: str


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong(["speed"], "there is no measurement speed"),
        Wrong(["--quick", "--write"], "repeats too little"),
    ],
)
def test_a_wrong_call_is_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        main(wrong.words)
    assert wrong.told in capsys.readouterr().err


def test_a_figure_is_judged_as_it_is_shown():
    assert at_most("a", 1.504, 1.5, "x").cells == ("a", "1.50x", "at most 1.5x", "met")
    assert at_most("a", 1.51, 1.5, "x").verdict == "missed"


def test_figures_bear_their_day_and_no_name_of_a_machine():
    text = block([at_most("a", 1, 2, " s")], on=date(2027, 3, 5), load="1.0 processes")
    assert "2027-03-05" in text
    assert "cores of" in text
    assert "/" not in text


def test_a_quick_run_is_smaller_in_everything():
    assert QUICK.mails < FULL.mails
    assert QUICK.burst < FULL.burst
    assert QUICK.runs < FULL.runs
    assert (QUICK.flood, QUICK.read, QUICK.past) < (FULL.flood, FULL.read, FULL.past)
