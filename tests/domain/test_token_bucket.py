"""Token buckets: bursts, the long run, and how long to wait."""

from hypothesis import given
from hypothesis import strategies as st

from server.domain.token_bucket import Bucket, Rate, take

RATE = Rate(2, 5)


def test_a_burst_and_then_one_at_a_time() -> None:
    bucket: Bucket | None = None
    for left in (4, 3, 2, 1, 0):
        taken = take(bucket, RATE, 100)
        assert (taken.allowed, taken.remaining, taken.retry_seconds) == (True, left, 0)
        bucket = taken.bucket
    refused = take(bucket, RATE, 100)
    assert (refused.allowed, refused.remaining, refused.retry_seconds) == (False, 0, 1)
    assert refused.reset_seconds == 3  # 5 calls at 2 a second
    assert take(refused.bucket, RATE, 100.5).allowed
    assert not take(refused.bucket, RATE, 100.4).allowed


def test_after_a_rest_all_may_come_again() -> None:
    taken = take(Bucket(0, 100), RATE, 1_000_000)
    assert (taken.remaining, taken.reset_seconds) == (4, 1)


def test_how_long_to_wait_where_calls_are_rare() -> None:
    assert take(Bucket(0, 100), Rate(0.1, 1), 100).retry_seconds == 10


@given(
    st.lists(st.floats(0, 5), max_size=200),
    st.integers(1, 20),
    st.integers(1, 50),
)
def test_no_more_get_through_than_the_rate_allows(
    pauses: list[float], per_second: int, at_once: int
) -> None:
    bucket, now, allowed = None, 0.0, 0
    for pause in pauses:
        now += pause
        taken = take(bucket, Rate(per_second, at_once), now)
        bucket, allowed = taken.bucket, allowed + taken.allowed
        assert 0 <= taken.remaining <= at_once
        assert taken.allowed == (taken.retry_seconds == 0)
    assert allowed <= at_once + per_second * now + 1e-6


@given(st.floats(0, 1e9), st.floats(-1e6, 1e6))
def test_a_clock_that_stands_still_gives_nothing(time: float, ago: float) -> None:
    bucket = Bucket(0.5, time)
    assert not take(bucket, RATE, min(time, time + ago)).allowed
