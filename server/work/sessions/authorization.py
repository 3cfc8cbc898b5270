"""Who may charge: the facts that the start reasons are decided on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from peewee import Case

from ampline.v1 import event_pb2, location_pb2, subscription_pb2, user_pb2
from server.domain.authorization import (
    Authorization,
    Concurrency,
    Payment,
    PlaceFacts,
    StartReason,
    TagFacts,
    TagState,
    TariffFacts,
    TokenKind,
    UserFacts,
    refusal,
    status_of,
)
from server.domain.corporate import NOBODY_PAYS
from server.domain.money import Money
from server.domain.reservations import Comer, keeps_out
from server.domain.tariff_groups import ResolutionContext, UserSort
from server.resources import events, opening_hours
from server.store.clock import to_datetime
from server.store.models import Evse, IdTag, Session, Subscription, User
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.balancing import room
from server.work.money import allowances, corporate, holds, rate_versions, tariffs
from server.work.money.tariffs import Snapshot
from server.work.rules import Rules
from server.work.sessions import held_places, session_rows
from server.work.sessions.evses import EvseRow
from server.work.sessions.held_places import ReservationRow
from server.work.sessions.places import PlaceRow, place_of
from server.work.sessions.session_rows import SessionState

_ENABLED = 1
_PRIVATE, _PERSONAL = 2, 3


class TagRow(NamedTuple):
    """What the verbs need of an ID tag."""

    name: str
    token: str
    user: str | None
    state: int
    expire_time: int | None
    parent_group_id: str | None
    kind: int


class UserRow(NamedTuple):
    """What the verbs need of a user."""

    name: str
    partner: str | None
    state: int
    concurrency: int
    payment_preference: int
    currency: str
    balance_micros: int
    groups: bytes | None
    active_subscription: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, and on what: everything that a session is begun with."""

    reason: StartReason | None
    place: PlaceRow
    tag: TagRow | None
    user: UserRow | None
    snapshot: Snapshot | None
    held: Sequence[ReservationRow] = ()
    """The places that are held at the charge point, if an EVSE was asked for."""

    @property
    def company(self) -> str | None:
        """The company that pays, if one is to."""
        user = self.user
        return corporate.payer_of(user.payment_preference, user.partner) if user else None

    def authorization(self) -> Authorization:
        """The answer to the charger."""
        expires = self.tag.expire_time if self.tag else None
        return Authorization(
            status_of(self.reason),
            self.reason,
            to_datetime(expires) if expires else None,
            self.tag.parent_group_id if self.tag else None,
        )


_SUBSCRIBED = subscription_pb2.Subscription.ACTIVE
_PLANS = Statement(
    Subscription.select(Subscription.plan).where(
        (Subscription.user == param("user")) & (Subscription.state == _SUBSCRIBED)
    )
)
_TAG_COLUMNS = tuple(getattr(IdTag, column) for column in TagRow._fields)
_TAG = Statement(
    IdTag.select(*_TAG_COLUMNS).where(IdTag.token_key == param("token_key")).order_by(IdTag.kind)
)
_TAG_BY_NAME = Statement(IdTag.select(*_TAG_COLUMNS).where(IdTag.name == param("name")))
_TAG_OF_USER = Statement(
    IdTag.select(*_TAG_COLUMNS)
    .where((IdTag.user == param("user")) & (IdTag.state == _ENABLED))
    .order_by(IdTag.create_time)
)
_USER = Statement(
    User.select(*(getattr(User, column) for column in UserRow._fields)).where(
        User.name == param("name")
    )
)
_OF_BALANCE = Case(None, [(Session.company.is_null(), Session.held_micros)], None)
_RUNNING = Statement(
    Session.select(Session.charge_point, Session.evse, Session.id_tag, _OF_BALANCE).where(
        (Session.user == param("user"))
        & Session.stop_time.is_null()
        & (Session.state == SessionState.ACTIVE)
    )
)
_GROUPS_OF_EVSES = Statement(
    Evse.select(Evse.tariff_group).where(Evse.charge_point == param("charge_point")).distinct()
)


def authorize(
    unit: Unit, rules: Rules, charge_point: str, token: str, kind: TokenKind | None = None
) -> Authorization:
    """Whether a token that is shown at a charger may charge there; with its event.

    The token of a session that was asked for from afar is its user's, once; that of a reservation
    is its user's while the place is held.
    """
    decision = shown(unit, rules, charge_point, token, kind)
    _tell(unit, decision, token)
    return decision.authorization()


def shown(
    unit: Unit, rules: Rules, charge_point: str, token: str, kind: TokenKind | None = None
) -> Decision:
    """The same, without its event."""
    tag = tag_of(unit, token, kind)
    if tag:
        return decide(unit, rules, charge_point, None, tag)
    pending = session_rows.pending_with_token(unit, charge_point, token)
    if pending:
        ad_hoc = pending.is_ad_hoc
        return decide(unit, rules, charge_point, None, None, pending.user, ad_hoc=ad_hoc)
    place = held_places.with_token(unit, charge_point, token)
    return decide(unit, rules, charge_point, None, None, place.user if place else None)


def standing(unit: Unit, token: str) -> Authorization | None:
    """How the token that ended a session stands, which chargers keep for when they are offline,
    whatever else would keep it from beginning another; None if nobody knows it."""
    tag = tag_of(unit, token)
    if tag is None:
        return None
    user = user_of(unit, tag.user)
    reason = refusal(_ANYWHERE, _tag_facts(tag), None, to_datetime(unit.now))
    if reason is None and user and user.state != _ENABLED:
        reason = StartReason.USER_DISABLED
    expires = to_datetime(tag.expire_time) if tag.expire_time else None
    return Authorization(status_of(reason), reason, expires, tag.parent_group_id)


_ANYWHERE = PlaceFacts(tariff_asked=False)


def decide(
    unit: Unit,
    rules: Rules,
    charge_point: str,
    evse: EvseRow | None,
    tag: TagRow | None,
    user: str | None = None,
    *,
    payment: int | None = None,
    ad_hoc: bool = False,
) -> Decision:
    """Decides on a start, or on a token that is shown: then `evse` is None.

    Whoever shows a token where they charge may want to stop, so a session on this very charge
    point does not stand against it; and the tariff is asked for only where all EVSEs of the
    charge point share one. `user` is who starts without showing a tag; `payment` how they pay this
    time, where that is not what they prefer; `ad_hoc` that nobody knows them, and they pay at once.
    """
    place = place_of(unit, charge_point)
    who = user_of(unit, user or (tag.user if tag else None))
    if who and payment:
        who = who._replace(payment_preference=payment)
    group, asked = _group(unit, charge_point, evse)
    context = context_of(unit, place, who, unit.now)
    snapshot = tariffs.tariff_for(unit, group, context) if asked else None
    if snapshot and not _is_priceable(unit, snapshot, place):
        snapshot = None  # a session is never begun that could not be billed
    held = held_places.active_at(unit, charge_point) if evse else ()
    facts = PlaceFacts(
        usable=_usable(place, evse),
        reserved=evse is not None and _reserved(held, evse, tag, who),
        is_open=_is_open(place, who, unit.now),
        of_somebody_else=_of_somebody_else(place, who),
        circuit_full=_circuit_full(unit, place, evse),
        auto_start=bool(place.auto_start) or ad_hoc,
        tariff_asked=asked,
        tariff=_tariff_facts(snapshot, rules),
    )
    reason = refusal(
        facts, _tag_facts(tag), _user_facts(unit, who, tag, place, evse), to_datetime(unit.now)
    )
    return Decision(reason, place, tag, who, snapshot, held)


def _is_priceable(unit: Unit, snapshot: Snapshot, place: PlaceRow) -> bool:
    now = to_datetime(unit.now)
    return rate_versions.are_known(unit, snapshot.terms, place.electricity_rate, now)


def tag_of(unit: Unit, token: str, kind: TokenKind | None = None) -> TagRow | None:
    """The ID tag of a token, whatever the case; of several, that of the kind."""
    tags = [TagRow(*row) for row in unit.all(_TAG, token_key=token.casefold())]
    return next((tag for tag in tags if tag.kind == kind), tags[0] if tags else None)


def tag_by_name(unit: Unit, name: str) -> TagRow | None:
    """The ID tag of that resource name."""
    row = unit.one(_TAG_BY_NAME, name=name)
    return TagRow(*row) if row else None


def first_tag(unit: Unit, user: str) -> TagRow | None:
    """The oldest enabled tag of a user."""
    row = unit.one(_TAG_OF_USER, user=user)
    return TagRow(*row) if row else None


def user_of(rows: Rows, name: str | None) -> UserRow | None:
    """The user of that resource name."""
    row = rows.one(_USER, name=name) if name else None
    return UserRow(*row) if row else None


def _group(unit: Unit, charge_point: str, evse: EvseRow | None) -> tuple[str | None, bool]:
    if evse is not None:
        return tariffs.group_for(unit, charge_point, evse.tariff_group), True
    groups = [group for (group,) in unit.all(_GROUPS_OF_EVSES, charge_point=charge_point)]
    own = groups[0] if groups else None
    return tariffs.group_for(unit, charge_point, own), len(groups) < 2


def context_of(
    rows: Rows, place: PlaceRow, user: UserRow | None, time_us: int
) -> ResolutionContext:
    """Who wants to charge, where and when, as tariff groups ask."""
    moment = to_datetime(time_us).astimezone(ZoneInfo(place.time_zone or "UTC"))
    if user is None:
        return ResolutionContext(moment, frozenset({UserSort.AD_HOC}))
    sorts = {UserSort.REGISTERED, *([UserSort.OWNER] if place.owner == user.name else [])}
    groups = user_pb2.User.FromString(bytes(user.groups or b"")).groups
    plans = [plan for (plan,) in rows.all(_PLANS, user=user.name)]
    return ResolutionContext(
        moment, frozenset(sorts), frozenset(groups), user.partner, frozenset(plans)
    )


def _usable(place: PlaceRow, evse: EvseRow | None) -> bool:
    states = (place.state, place.location_state, evse.state if evse else _ENABLED)
    return all(state in (None, _ENABLED) for state in states)


def _reserved(
    held: Sequence[ReservationRow], evse: EvseRow, tag: TagRow | None, user: UserRow | None
) -> bool:
    who = comer(tag, user.name if user else None)
    return bool(held) and keeps_out((place.held for place in held), evse.name, who)


def comer(tag: TagRow | None, user: str | None) -> Comer:
    """Who wants to charge, as reservations are held for them."""
    return Comer(tag.token if tag else None, tag.parent_group_id if tag else None, user)


def _of_somebody_else(place: PlaceRow, user: UserRow | None) -> bool:
    """Whether a charger is there for others: its owner alone, or the users of its operator."""
    if place.kind == _PERSONAL:
        return place.owner != (user.name if user else None)
    if place.kind != _PRIVATE or place.auto_start:
        return False
    return user is None or user.partner != place.partner


def _circuit_full(unit: Unit, place: PlaceRow, evse: EvseRow | None) -> bool:
    """Whether the circuit has no minimum left for one more, and does not let it wait."""
    if place.circuit is None or evse is None:
        return False
    return not room.for_start(unit, evse.name, place.circuit)


def _is_open(place: PlaceRow, user: UserRow | None, now_us: int) -> bool:
    if not place.opening_hours:
        return True
    message = location_pb2.Location.FromString(bytes(place.opening_hours)).opening_hours
    groups = user_pb2.User.FromString(bytes(user.groups or b"")).groups if user else ()
    if not {*groups}.isdisjoint(message.exempt_user_groups):
        return True
    local = to_datetime(now_us).astimezone(ZoneInfo(place.time_zone or "UTC"))
    return opening_hours.to_domain(message).is_open(local)


def _tariff_facts(snapshot: Snapshot | None, rules: Rules) -> TariffFacts | None:
    if snapshot is None:
        return TariffFacts(None, costs=False) if rules.no_tariff_is_free else None
    terms = snapshot.terms
    return TariffFacts(
        terms.currency, terms.charging_allowed, not snapshot.free, terms.minimum_balance
    )


def _tag_facts(tag: TagRow | None) -> TagFacts | None:
    if tag is None:
        return None
    expires = to_datetime(tag.expire_time) if tag.expire_time else None
    return TagFacts(TagState(tag.state), tag.user is not None, expires)


def _user_facts(
    unit: Unit,
    user: UserRow | None,
    tag: TagRow | None,
    place: PlaceRow,
    evse: EvseRow | None,
) -> UserFacts | None:
    if user is None:
        return None
    running = unit.all(_RUNNING, user=user.name)
    reserved = holds.reserved_of(unit, user.name, but_at=place.charge_point)
    elsewhere = [
        id_tag
        for charge_point, on_evse, id_tag, _ in running
        if (on_evse != evse.name if evse else charge_point != place.charge_point)
    ]
    subscription = allowances.in_force(unit, user.name) if user.active_subscription else None
    payment = Payment(user.payment_preference)
    return UserFacts(
        enabled=user.state == _ENABLED,
        payment=payment,
        balance=Money.from_micros(user.currency, user.balance_micros),
        concurrency=Concurrency(user.concurrency),
        sessions_elsewhere=len(elsewhere),
        tag_sessions_elsewhere=elsewhere.count(tag.name) if tag else 0,
        subscribed=subscription is not None,
        pays_later=payment is Payment.SUBSCRIPTION
        and bool(subscription and subscription.pays_later),
        covered=bool(subscription and subscription.has_energy),
        held=Money.from_micros(user.currency, reserved + sum(held or 0 for *_, held in running)),
        company=corporate.facts(unit, user.partner) if _by_company(user) else NOBODY_PAYS,
    )


def _by_company(user: UserRow) -> bool:
    return user.payment_preference == Payment.CORPORATE


def _tell(unit: Unit, decision: Decision, token: str) -> None:
    unit.tell(
        events.event(
            "authorization.decided",
            decision.place.charge_point,
            event_pb2.AuthorizationDecided(
                token=token,
                accepted=decision.reason is None,
                refused=decision.reason.value if decision.reason else "",
                user=decision.user.name if decision.user else "",
                id_tag=decision.tag.name if decision.tag else "",
            ),
            unit.now,
            charge_point=decision.place.charge_point,
            location=decision.place.location,
            partner=decision.place.partner,
        )
    )
