"""Which steps of a transaction were heard, and which are missing."""

from hypothesis import given
from hypothesis import strategies as st

from server.domain import step_numbers
from server.domain.facts import StepKind
from server.domain.step_numbers import StepNumbers

_STEPS = st.lists(
    st.tuples(st.sampled_from(StepKind), st.integers(0, 40)), unique_by=lambda step: step
)


def heard(*steps: tuple[StepKind, int]) -> StepNumbers:
    numbers = StepNumbers()
    for kind, number in steps:
        numbers = numbers.add(kind, number)
    return numbers


def test_spans_stay_short() -> None:
    updates = [(StepKind.UPDATED, number) for number in range(1, 58)]
    numbers = heard((StepKind.STARTED, 0), *updates, (StepKind.ENDED, 58))
    assert str(numbers) == "s0 1.57 e58"
    assert numbers.missing == 0


def test_a_gap_is_counted_until_it_is_filled() -> None:
    numbers = heard((StepKind.STARTED, 0), (StepKind.UPDATED, 3), (StepKind.ENDED, 5))
    assert numbers.missing == 3
    for number in (4, 1, 2):
        numbers = numbers.add(StepKind.UPDATED, number)
    assert numbers.missing == 0


def test_a_number_that_tells_something_else_is_no_repeat() -> None:
    numbers = heard((StepKind.STARTED, 0))
    assert numbers.has(StepKind.STARTED, 0)
    assert not numbers.has(StepKind.UPDATED, 0)
    assert not numbers.has(StepKind.ENDED, 0)


@given(_STEPS)
def test_what_was_heard_is_known(steps: list[tuple[StepKind, int]]) -> None:
    numbers = heard(*steps)
    assert StepNumbers.parse(str(numbers)) == numbers
    updates = {number for kind, number in steps if kind is StepKind.UPDATED}
    for number in range(42):
        assert numbers.has(StepKind.UPDATED, number) is (number in updates)
    ends = {number for number in (numbers.started, numbers.ended) if number is not None}
    known = updates | ends
    expected = max(known) - min(known) + 1 - len(known) if known else 0
    assert numbers.missing == expected


@given(_STEPS)
def test_a_text_with_one_more_is_that_of_the_numbers_with_it(
    steps: list[tuple[StepKind, int]],
) -> None:
    text = ""
    for count, (kind, number) in enumerate(steps, start=1):
        longer = step_numbers.heard(text, kind, number)
        assert longer == str(heard(*steps[:count]))
        text = longer
        assert step_numbers.heard(text, kind, number) is None
