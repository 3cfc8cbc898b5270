"""What messages say of people, and what is left when they are forgotten."""

from ampline.v1.event_pb2 import AuthorizationDecided, Event, ResourceChanged
from ampline.v1.id_tag_pb2 import IdTag
from ampline.v1.reservation_pb2 import Reservation
from ampline.v1.session_pb2 import Session
from ampline.v1.user_pb2 import AddBalanceResponse, BatchCreateUsersResponse, User
from server.resources.personal_data import forget, is_personal, persons_in

ADA = User(
    name="users/1",
    email="ada@example.com",
    given_name="Ada",
    currency="EUR",
    state=User.ENABLED,
    labels={"a": "b"},
)
BARE = User(name="users/1", currency="EUR", state=User.ENABLED)


def test_a_user_is_a_name_and_a_balance_afterwards() -> None:
    user = User()
    user.CopyFrom(ADA)
    assert persons_in(user) == {"users/1"}
    forget(user, "users/1")
    assert user == BARE
    assert persons_in(user) == set()


def test_others_stay_as_they_are() -> None:
    answer = BatchCreateUsersResponse(users=[ADA, User(name="users/2", email="b@example.com")])
    assert persons_in(answer) == {"users/1", "users/2"}
    forget(answer, "users/1")
    assert list(answer.users) == [BARE, User(name="users/2", email="b@example.com")]


def test_a_card_says_whose_it_was_no_more() -> None:
    tag = IdTag(name="idTags/1", token="04AB", label="Ada's", user="users/1")
    event = Event(subject="idTags/1", resource_changed=ResourceChanged(id_tag=tag))
    assert persons_in(event) == {"users/1"}
    forget(event, "users/1")
    assert event.resource_changed.id_tag == IdTag(name="idTags/1", user="users/1")


def test_the_reason_of_a_change_goes_with_its_user() -> None:
    event = Event(resource_changed=ResourceChanged(user=ADA, reason="Ada did not pay"))
    forget(event, "users/2")
    assert event.resource_changed.reason
    forget(event, "users/1")
    assert event.resource_changed == ResourceChanged(user=BARE)


def test_tokens_are_personal_where_it_is_known_whose_they_are() -> None:
    decided = AuthorizationDecided(token="04AB", accepted=True)
    assert persons_in(decided) == set()
    decided.user = "users/1"
    assert persons_in(decided) == {"users/1"}
    forget(decided, "users/1")
    assert decided == AuthorizationDecided(accepted=True, user="users/1")
    assert persons_in(Session(user="users/1", token="04AB")) == {"users/1"}


def test_an_answer_about_a_user_within() -> None:
    answer = AddBalanceResponse(user=ADA)
    assert persons_in(answer) == {"users/1"}
    forget(answer, "users/1")
    assert answer == AddBalanceResponse(user=BARE)


def test_every_personal_field_says_whose_it_is() -> None:
    """Its message is a user, has a `user`, or lies around one."""
    pending = [Event.DESCRIPTOR.file, Reservation.DESCRIPTOR.file]
    files = {file.name: file for file in pending}
    while pending:
        for needed in pending.pop().dependencies:
            if needed.package == "ampline.v1" and needed.name not in files:
                files[needed.name] = needed
                pending.append(needed)
    personal = [
        message
        for file in files.values()
        for message in file.message_types_by_name.values()
        if any(is_personal(field) for field in message.fields)
    ]
    names = {message.name for message in personal}
    assert {"User", "IdTag", "Session", "Reservation", "AuthorizationDecided"} <= names
    for message in personal:
        kinds = {field.message_type.name for field in message.fields if field.message_type}
        whose = message.name == "User" or "user" in message.fields_by_name or "User" in kinds
        assert whose, message.full_name
