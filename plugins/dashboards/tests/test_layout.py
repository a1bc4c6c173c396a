from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.dashboards import layout

Widgets = st.lists(
    st.tuples(st.integers(0, 14), st.integers(0, 14), st.integers(0, 13), st.integers(0, 30)), max_size=12
)


def widgets_of(places: list[tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    return [{"_id": index, "size": [w, h], "position": [x, y]} for index, (w, h, x, y) in enumerate(places)]


@settings(max_examples=40, deadline=None)
@given(Widgets)
def test_packed_widgets_stand_beside_each_other_in_their_order(places: list[tuple[int, int, int, int]]) -> None:
    widgets = layout.in_order(widgets_of(places))
    found = layout.packed(widgets)
    taken: set[tuple[int, int]] = set()
    for place in found.values():
        (x, y), (width, height) = place["position"], place["size"]
        cells = {(x + i, y + j) for i in range(width) for j in range(height)}
        assert x + width <= layout.COLUMNS
        assert not taken & cells
        taken |= cells
    again = [{"_id": one, **place} for one, place in found.items()]
    assert [one["_id"] for one in layout.in_order(again)] == [one["_id"] for one in widgets]


@settings(max_examples=40, deadline=None)
@given(Widgets, st.integers(0, 11), st.sampled_from([-1, 1]))
def test_moving_keeps_all_widgets(places: list[tuple[int, int, int, int]], which: int, steps: int) -> None:
    widgets = widgets_of(places)
    moved = [one["_id"] for one in layout.moved(widgets, which, steps)]
    assert sorted(moved) == sorted(one["_id"] for one in widgets)


def test_widgets_stay_within_the_grid() -> None:
    widget = {"_id": 1, "size": [11, 12], "position": [0, 0]}
    (wider,) = layout.resized([widget], 1, 2, 1)
    assert wider["size"] == [12, 12]
    (least,) = layout.resized([{**widget, "size": [2, 1]}], 1, -1, -1)
    assert least["size"] == [2, 1]
    assert layout.size_of({"size": "nonsense"}) == layout.DEFAULT_SIZE
