"""The status of an EVSE, of what its connectors tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.connector_statuses import ConnectorStatuses
from server.domain.facts import EvseStatus

_TOLD = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(EvseStatus), st.integers(0, 10**6)), min_size=1
)


def told(*statuses: tuple[int, EvseStatus]) -> ConnectorStatuses:
    known = ConnectorStatuses()
    for time, (connector, status) in enumerate(statuses):
        after = known.tell(connector, status, time)
        assert after is not None
        known = after
    return known


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([(1, EvseStatus.AVAILABLE)], EvseStatus.AVAILABLE),
        ([(1, EvseStatus.CHARGING), (2, EvseStatus.AVAILABLE)], EvseStatus.CHARGING),
        ([(1, EvseStatus.OCCUPIED), (2, EvseStatus.UNAVAILABLE)], EvseStatus.OCCUPIED),
        ([(1, EvseStatus.FAULTED), (2, EvseStatus.AVAILABLE)], EvseStatus.AVAILABLE),
        ([(1, EvseStatus.FAULTED), (2, EvseStatus.UNAVAILABLE)], EvseStatus.FAULTED),
        ([(1, EvseStatus.CHARGING), (1, EvseStatus.AVAILABLE)], EvseStatus.AVAILABLE),
        ([(1, EvseStatus.CHARGING), (0, EvseStatus.UNAVAILABLE)], EvseStatus.UNAVAILABLE),
        ([(0, EvseStatus.UNAVAILABLE), (1, EvseStatus.AVAILABLE)], EvseStatus.AVAILABLE),
    ],
)
def test_an_evse_is_as_busy_as_its_busiest_connector(
    statuses: list[tuple[int, EvseStatus]], expected: EvseStatus
) -> None:
    assert told(*statuses).status is expected


def test_what_is_older_than_the_connectors_own_is_not_taken() -> None:
    known = told((1, EvseStatus.AVAILABLE), (1, EvseStatus.CHARGING), (2, EvseStatus.AVAILABLE))
    assert known.tell(1, EvseStatus.AVAILABLE, 0) is None
    assert known.tell(0, EvseStatus.UNAVAILABLE, 0) is None
    assert known.tell(1, EvseStatus.AVAILABLE, 1) is not None


@given(_TOLD)
def test_it_is_read_as_it_is_written(statuses: list[tuple[int, EvseStatus, int]]) -> None:
    known = ConnectorStatuses()
    for each in statuses:
        known = known.tell(*each) or known
    assert ConnectorStatuses.parse(str(known)) == known
    assert known.status in EvseStatus
