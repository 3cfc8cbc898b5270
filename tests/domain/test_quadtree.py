"""The globe as a quadtree: no place is outside of its cells, and no estimate leaves one out."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.quadtree import (
    GLOBE,
    HAIR,
    LEVELS,
    Box,
    Cell,
    Position,
    code_of,
    cover,
    distance,
    farthest,
    nearest,
)

positions = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
levels = st.integers(0, LEVELS)
METRE = 1.0


def cell_of(position: Position, level: int) -> Cell:
    return Cell(level, code_of(position) >> 2 * (LEVELS - level))


def holds(box: Box, place: Position, hair: float = HAIR) -> bool:
    parallels = box.south - hair <= place.latitude <= box.north + hair
    return parallels and box.west - hair <= place.longitude <= box.east + hair


@given(positions, levels)
def test_a_place_lies_in_its_cell_of_every_level(place: Position, level: int) -> None:
    cell = cell_of(place, level)
    first, behind = cell.codes
    assert first <= code_of(place) < behind
    assert holds(cell.box, place)
    assert cell == GLOBE or cell in list(Cell(level - 1, cell.path >> 2).children())


@given(positions, positions, levels)
def test_no_place_of_a_cell_is_nearer_or_farther_than_it_is_said(
    here: Position, place: Position, level: int
) -> None:
    box = cell_of(place, level).box
    assert nearest(here, box) - METRE <= distance(here, place) <= farthest(here, box) + METRE


@given(positions, positions, positions, st.sampled_from([1, 4, 8]))
def test_what_covers_a_box_leaves_nothing_out(
    one: Position, other: Position, place: Position, most: int
) -> None:
    south, north = sorted((one.latitude, other.latitude))
    box = Box(south, one.longitude, north, other.longitude)
    for half in box.halves():
        cells = cover(half, most)
        assert len(cells) <= most
        if holds(half, place, 0):
            code = code_of(place)
            assert any(first <= code < behind for first, behind in (each.codes for each in cells))


def test_a_small_box_is_covered_by_small_cells() -> None:
    cells = cover(Box(52.36, 4.88, 52.38, 4.90), 8)
    assert all(cell.box.north - cell.box.south < 0.05 for cell in cells)


def test_across_the_180th_meridian_is_not_far() -> None:
    west, east = Position(-17.0, 179.9), Position(-17.0, -179.9)
    assert isclose(distance(west, east), 21_267, rel_tol=0.001)
    assert nearest(west, cell_of(east, 20).box) < 22_000


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Position(52.3791, 4.9003), Position(52.0809, 4.3238), 51_400),
        (Position(90, 0), Position(-90, 0), 20_015_115),
        (Position(0, 0), Position(0, 0), 0),
    ],
)
def test_distances(one: Position, other: Position, metres: float) -> None:
    assert isclose(distance(one, other), metres, rel_tol=0.01, abs_tol=METRE)
