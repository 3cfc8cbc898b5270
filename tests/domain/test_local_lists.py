"""In which calls a charger gets its list."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from server.domain.authorization import TokenKind
from server.domain.local_lists import (
    Entry,
    EntryStatus,
    Part,
    changes,
    content_of,
    digest_of,
    whole,
)

ANN, BOB, CARL = Entry("A"), Entry("B"), Entry("C")


def test_a_whole_list_begins_with_a_full_update() -> None:
    wanted = {"a": ANN, "b": BOB, "c": CARL}
    assert whole(wanted, 7, 2) == [Part(8, True, (ANN, BOB)), Part(9, False, (CARL,))]


def test_an_empty_list_is_a_full_update_without_entries() -> None:
    assert whole({}, 7, 2) == [Part(8, True, ())]


def test_changes_name_what_goes_and_what_is_new() -> None:
    known = content_of({"a": ANN, "b": BOB})
    blocked = Entry("B", status=EntryStatus.BLOCKED)
    wanted = {"b": blocked, "c": CARL}
    told = changes(wanted, known, {"a": ANN}, 3, 10)
    assert told == [Part(4, False, (Entry("A", TokenKind.RFID, None), blocked, CARL))]


def test_nothing_has_changed() -> None:
    assert changes({"a": ANN}, content_of({"a": ANN}), {}, 3, 10) == []


def test_a_token_that_nobody_knows_any_more_cannot_be_taken_off() -> None:
    assert changes({}, content_of({"a": ANN}), {}, 3, 10) is None


entries = st.builds(
    Entry,
    st.text("ABC", min_size=1, max_size=2),
    st.sampled_from(TokenKind),
    st.sampled_from(EntryStatus),
    st.none()
    | st.sampled_from([datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)]),
)
lists = st.dictionaries(st.sampled_from("abcdef"), entries).filter(
    lambda wanted: len({entry.token for entry in wanted.values()}) == len(wanted)
)


@given(lists, lists, st.integers(1, 4))
def test_changes_come_to_the_same_as_the_whole_list(
    before: dict[str, Entry], after: dict[str, Entry], most: int
) -> None:
    """Where tokens stay with their tags."""
    after = {name: entry for name, entry in after.items() if _is_free(entry.token, name, before)}
    told = changes(after, content_of(before), before, 1, most)
    assert told is not None
    charger = {entry.token: entry for entry in before.values()}
    for part in told:
        assert len(part.entries) <= most
        for entry in part.entries:
            if entry.status is None:
                del charger[entry.token]
            else:
                charger[entry.token] = entry
    stale = {before[name].token for name in before.keys() & after.keys()}
    kept = {token: entry for token, entry in charger.items() if entry in after.values()}
    assert kept == {entry.token: entry for entry in after.values()}
    assert charger.keys() - kept.keys() <= stale - kept.keys()
    assert (digest_of(content_of(before)) == digest_of(content_of(after))) == (before == after)


def _is_free(token: str, name: str, before: dict[str, Entry]) -> bool:
    return all(entry.token != token or other == name for other, entry in before.items())
