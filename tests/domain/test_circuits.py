"""Trees of circuits: where one may hang, and what they can bear."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.circuits import (
    DEEPEST,
    Circuit,
    Member,
    Phases,
    ancestors,
    fallback_fault,
    faults_of_place,
    overload_of,
)


def tree(*circuits: Circuit) -> dict[str, Circuit]:
    return {circuit.name: circuit for circuit in circuits}


def three(name: str, parent: str | None = None, most: float = 32, reserved: float = 0) -> Circuit:
    return Circuit(name, parent, Phases.THREE, most, reserved_a=reserved)


def test_a_circle_is_told_as_it_goes() -> None:
    circle = tree(three("a", "c"), three("b", "a"), three("c", "b"), three("d", "c"))
    assert faults_of_place(circle, "a") == {
        "parent_circuit": "goes round in a circle: a < c < b < a"
    }
    assert faults_of_place(tree(three("a", "a")), "a")["parent_circuit"].endswith("a < a")


def test_it_is_not_too_deep() -> None:
    line = [three(str(n), str(n - 1) if n else None) for n in range(DEEPEST)]
    assert faults_of_place(tree(*line), "0") == {}
    longer = tree(*line, three("x", str(DEEPEST - 1)))
    for name in ("0", "5", "x"):
        assert "too deep" in faults_of_place(longer, name)["parent_circuit"]


WIRINGS: dict[tuple[Phases, Phases], set[str]] = {
    (Phases.THREE, Phases.THREE): set(),
    (Phases.THREE, Phases.SPLIT): set(),
    (Phases.SINGLE, Phases.SINGLE): set(),
    (Phases.SPLIT, Phases.SPLIT): set(),
    (Phases.THREE, Phases.SINGLE): {"connected_phase"},
    (Phases.SPLIT, Phases.SINGLE): {"connected_phase"},
    (Phases.SINGLE, Phases.THREE): {"phases"},
    (Phases.SINGLE, Phases.SPLIT): {"phases"},
    (Phases.SPLIT, Phases.THREE): {"phases"},
}


@pytest.mark.parametrize(("above", "below"), WIRINGS, ids=str)
def test_what_feeds_what(above: Phases, below: Phases) -> None:
    faulty = WIRINGS[above, below]
    circuits = tree(Circuit("a", None, above, 32), Circuit("b", "a", below, 16))
    assert set(faults_of_place(circuits, "b")) == faulty
    assert set(faults_of_place(circuits, "a")) == faulty & {"phases"}


def test_a_single_phase_hangs_on_one_that_is_there() -> None:
    for above, phase, right in ((Phases.THREE, 3, True), (Phases.SPLIT, 3, False)):
        below = Circuit("b", "a", Phases.SINGLE, 16, connected_phase=phase)
        circuits = tree(Circuit("a", None, above, 32), below)
        assert (faults_of_place(circuits, "b") == {}) is right


def test_what_nobody_can_lower_is_borne_all_the_way_up() -> None:
    circuits = tree(three("top", most=40, reserved=10), three("low", "top", most=32))
    members = [Member("m", "low", fallback_a=6), Member("n", "low", unmanaged_a=16)]
    assert overload_of(circuits, members, "low") is None
    more = [*members, Member("o", "low", fallback_a=8.1)]
    found = overload_of(circuits, more, "low")
    assert found is not None
    assert (found.circuit, round(found.committed_a, 6), found.max_current_a) == ("top", 40.1, 40)
    assert overload_of(circuits, [*members, Member("o", "low", fallback_a=8)], "low") is None


def test_a_fallback_is_none_or_enough() -> None:
    circuit = three("a")
    right = [each for each in (0, 3, 5.9, 6, 32) if not fallback_fault(member(each), circuit)]
    assert right == [0, 6, 32]


def member(fallback_a: float) -> Member:
    return Member("m", "a", fallback_a)


forests = st.integers(1, 12).flatmap(
    lambda count: st.lists(
        st.one_of(st.none(), st.integers(0, count - 1)), min_size=count, max_size=count
    )
)


def forest_of(parents: list[int | None]) -> dict[str, Circuit]:
    return tree(
        *(
            three(str(n), None if parent is None else str(parent))
            for n, parent in enumerate(parents)
        )
    )


def leads_back(circuits: Mapping[str, Circuit], name: str) -> bool:
    """By walking as many steps as there are circuits."""
    at: str | None = name
    for _ in circuits:
        at = circuits[at].parent if at is not None else None
        if at == name:
            return True
    return False


@given(forests)
def test_every_circle_is_found_and_nothing_else(parents: list[int | None]) -> None:
    circuits = forest_of(parents)
    for name in circuits:
        faults = faults_of_place(circuits, name)
        circle = "circle" in faults.get("parent_circuit", "")
        assert circle is leads_back(circuits, name)
        assert len(ancestors(circuits, name)) <= DEEPEST + 1


@given(forests, st.lists(st.tuples(st.integers(0, 11), st.floats(0, 100)), max_size=8))
def test_a_tree_without_overload_bears_every_subtree(
    parents: list[int | None], drawn: list[tuple[int, float]]
) -> None:
    circuits = forest_of([p if p is not None and p < n else None for n, p in enumerate(parents)])
    members = [Member(str(n), str(at % len(circuits)), amps) for n, (at, amps) in enumerate(drawn)]
    for name in circuits:
        below = {each for each in circuits if name in (each, *ancestors(circuits, each))}
        sum_below = sum(member.fallback_a for member in members if member.circuit in below)
        found = overload_of(circuits, members, name)
        if sum_below > 32 + 1e-3:
            assert found is not None
            assert found.circuit == name
        if found is None:
            assert sum_below <= 32 + 1e-3
