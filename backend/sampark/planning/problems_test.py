from hypothesis import given
from hypothesis import strategies as st

from sampark.planning.problems import PlanError, did_you_mean, listed, nearest, show


def test_the_nearest_names_come_first_in_any_case() -> None:
    assert nearest("Tabel.Read", ["file.open", "table.read", "table.reader"])[0] == "table.read"


def test_of_thousands_of_names_the_near_ones_are_found() -> None:
    names = [f"step{at:04d}" for at in range(5000)]
    assert "step2500" in nearest("step2500x", names)


def test_without_a_near_name_the_choices_are_told() -> None:
    assert did_you_mean("zzz", ["a", "b"], called="There are") == "There are: 'a', 'b'."
    assert did_you_mean("zzz", [], called="There are") == "There are: none."


def test_a_long_list_is_cut() -> None:
    assert listed([str(at) for at in range(10)]).endswith("'7' and 2 more")


def test_a_long_name_is_cut() -> None:
    assert len(show("x" * 500)) == 62


def test_an_error_is_told_on_one_line() -> None:
    error = PlanError(kind="Cycle", step="a\nb", problem="It turns.", fix="Stop.")
    assert str(error) == "Cycle at 'a\\nb': It turns. Stop."


@given(st.text(), st.lists(st.text()))
def test_names_of_any_kind_are_told(name: str, names: list[str]) -> None:
    assert did_you_mean(name, names, called="They are").isprintable()
