import re
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.planning.crossings import crossings, order
from sampark.planning.layers import row_of_each, split_wide, with_trunks, without_cycles
from sampark.planning.layout import Layout, Line, Spot, busiest_row, lay_out

BOX = (120.0, 38.0)
GRAPHS = st.integers(1, 14).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1), st.booleans()),
            max_size=24,
        ),
    )
)


def laid(count: int, *edges: tuple[int, int], widest: int = 6) -> Layout:
    return lay_out([BOX] * count, [Line(*edge) for edge in edges], widest=widest)


def segments(path: str) -> list[tuple[float, float, float, float]]:
    """The straight parts and the corners of a path, as the boxes around them."""
    found: list[tuple[float, float, float, float]] = []
    x = y = 0.0
    for command, rest in re.findall(r"([MVHQ])([^MVHQ]*)", path):
        numbers = [float(value) for value in re.findall(r"-?[\d.]+", rest)]
        to_x = numbers[0] if command == "H" else x if command == "V" else numbers[-2]
        to_y = numbers[0] if command == "V" else y if command == "H" else numbers[-1]
        if command != "M":
            found.append((min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)))
        x, y = to_x, to_y
    return found


def overlap(spot: Spot, part: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = part
    across = left < spot.x + spot.width - 0.5 and spot.x + 0.5 < right
    if left == right:
        across = spot.x + 0.5 < left < spot.x + spot.width - 0.5
    return across and top < spot.y + spot.height - 0.5 and spot.y + 0.5 < bottom


@settings(max_examples=150, deadline=None)
@given(GRAPHS, st.integers(1, 6))
def test_boxes_and_lines_keep_off_each_other(
    graph: tuple[int, list[tuple[int, int, bool]]], widest: int
) -> None:
    count, edges = graph
    sizes = [(100.0 + 7 * at, 38.0 + 15 * (at % 2)) for at in range(count)]
    layout = lay_out(sizes, [Line(*edge) for edge in edges], widest=widest)
    assert len(layout.spots) == count
    for one, other in combinations(layout.spots, 2):
        box = (other.x, other.y, other.x + other.width, other.y + other.height)
        assert not overlap(one, box)
    parts = [part for stroke in layout.strokes for part in segments(stroke.path)]
    assert not any(overlap(spot, part) for spot in layout.spots for part in parts)
    for left, top, right, bottom in parts:
        assert 0 <= left <= right <= layout.width
        assert 0 <= top <= bottom <= layout.height


@settings(max_examples=100, deadline=None)
@given(GRAPHS)
def test_every_line_goes_down_and_ends_at_its_box(
    graph: tuple[int, list[tuple[int, int, bool]]],
) -> None:
    count, edges = graph
    layout = lay_out([BOX] * count, [Line(*edge) for edge in edges])
    tops = {(spot.middle, spot.y) for spot in layout.spots}
    assert all(head in {(round(x, 1), y) for x, y in tops} for head in layout.heads)
    targets = {lower for _, lower in without_cycles(count, [(a, b) for a, b, _ in edges])}
    assert len(layout.heads) == len(targets)


def test_nothing_is_an_empty_picture() -> None:
    assert laid(0).spots == ()
    assert busiest_row(0, [], 6) == 1


def test_a_chain_is_one_straight_column() -> None:
    layout = laid(4, (0, 1), (1, 2), (2, 3))
    assert len({spot.middle for spot in layout.spots}) == 1
    assert all(re.fullmatch(r"M[\d.,]+V[\d.]+", stroke.path) for stroke in layout.strokes)


def test_a_diamond_is_even() -> None:
    top, left, right, bottom = laid(4, (0, 1), (0, 2), (1, 3), (2, 3)).spots
    assert top.middle == bottom.middle
    assert abs(left.middle + right.middle - 2 * top.middle) < 0.2


def test_a_long_line_passes_beside_the_boxes_of_its_rows() -> None:
    layout = laid(4, (0, 1), (1, 2), (2, 3), (0, 3))
    assert layout.width > BOX[0] + 16


def test_lines_of_many_to_one_share_a_trunk() -> None:
    edges = [(at, 6) for at in range(6)]
    rows = with_trunks(split_wide(row_of_each(7, edges), 2), edges, frozenset())
    assert [len(row) for row in rows.rows] == [2, 3, 3, 1]


def test_a_wide_row_is_split_evenly() -> None:
    assert sorted(split_wide([0] * 7, 3)) == [0, 0, 0, 1, 1, 2, 2]
    assert busiest_row(7, [], 3) == 3


def test_a_source_stands_just_above_what_needs_it() -> None:
    assert row_of_each(4, [(0, 1), (1, 2), (3, 2)]) == [0, 1, 2, 1]


def test_a_cycle_is_opened() -> None:
    edges = without_cycles(3, [(0, 1), (1, 2), (2, 0), (1, 1)])
    assert {frozenset(edge) for edge in edges} == {frozenset(e) for e in [(0, 1), (1, 2), (2, 0)]}
    assert max(row_of_each(3, edges)) == 2


def test_lines_that_need_not_cross_do_not() -> None:
    edges = [(0, 5), (1, 4), (2, 3)]
    rows = with_trunks(row_of_each(6, edges), edges, frozenset())
    order(rows)
    assert crossings(rows) == 0


def test_what_must_cross_crosses_once() -> None:
    edges = [(a, b) for a in (0, 1) for b in (2, 3)]
    rows = with_trunks(row_of_each(4, edges), edges, frozenset())
    order(rows)
    assert crossings(rows) == 1


def test_an_order_without_data_is_dashed_over_all_its_rows() -> None:
    lines = [Line(0, 1), Line(1, 2), Line(0, 2, dashed=True)]
    strokes = lay_out([BOX] * 3, lines).strokes
    assert sum(stroke.dashed for stroke in strokes) == 2


def test_data_and_order_between_the_same_boxes_is_data() -> None:
    strokes = lay_out([BOX] * 2, [Line(0, 1), Line(0, 1, dashed=True)]).strokes
    assert [stroke.dashed for stroke in strokes] == [False]
