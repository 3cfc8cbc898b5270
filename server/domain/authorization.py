"""Who may charge: the start reasons, in one place for every way to ask.

A charger that asks, a charger that tells of a start, and an operator who starts from
afar all get their answer from `refusal`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum

from server.domain.corporate import NOBODY_PAYS, CompanyFacts
from server.domain.money import Money


class StartReason(Enum):
    """Why a start is refused: names of ampline.v1.ErrorReason."""

    USER_DISABLED = "USER_DISABLED"
    ID_TAG_UNKNOWN = "ID_TAG_UNKNOWN"
    ID_TAG_DISABLED = "ID_TAG_DISABLED"
    ID_TAG_EXPIRED = "ID_TAG_EXPIRED"
    ID_TAG_NOT_ASSIGNED = "ID_TAG_NOT_ASSIGNED"
    SESSION_LIMIT_REACHED = "SESSION_LIMIT_REACHED"
    EVSE_UNAVAILABLE = "EVSE_UNAVAILABLE"
    EVSE_RESERVED = "EVSE_RESERVED"
    LOCATION_CLOSED = "LOCATION_CLOSED"
    CHARGING_NOT_ALLOWED = "CHARGING_NOT_ALLOWED"
    SUBSCRIPTION_REQUIRED = "SUBSCRIPTION_REQUIRED"
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    PREVIOUS_SESSION_UNPAID = "PREVIOUS_SESSION_UNPAID"
    ACCESS_RESTRICTED = "ACCESS_RESTRICTED"
    CIRCUIT_FULL = "CIRCUIT_FULL"
    CORPORATE_LIMIT_REACHED = "CORPORATE_LIMIT_REACHED"
    NO_TARIFF = "NO_TARIFF"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"


class AuthorizationStatus(Enum):
    """What a charger hears: OCPP 1.6 section 7.2."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    EXPIRED = "Expired"
    INVALID = "Invalid"
    CONCURRENT_TX = "ConcurrentTx"


@dataclass(frozen=True, slots=True)
class Authorization:
    """The answer to a charger; `reason` is ours, for events and logs."""

    status: AuthorizationStatus
    reason: StartReason | None = None
    expire_time: datetime | None = None
    parent_group_id: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether charging may begin."""
        return self.status is AuthorizationStatus.ACCEPTED


_STATUS = {
    None: AuthorizationStatus.ACCEPTED,
    StartReason.ID_TAG_UNKNOWN: AuthorizationStatus.INVALID,
    StartReason.ID_TAG_NOT_ASSIGNED: AuthorizationStatus.INVALID,
    StartReason.ID_TAG_EXPIRED: AuthorizationStatus.EXPIRED,
    StartReason.SESSION_LIMIT_REACHED: AuthorizationStatus.CONCURRENT_TX,
}


def status_of(reason: StartReason | None) -> AuthorizationStatus:
    """What a charger hears of a reason; BLOCKED where OCPP has no word of its own."""
    return _STATUS.get(reason, AuthorizationStatus.BLOCKED)


class TagState(IntEnum):
    """ampline.v1.IdTag.State."""

    ENABLED = 1
    DISABLED = 2
    SUSPENDED = 3


class TokenKind(IntEnum):
    """ampline.v1.IdTag.Kind."""

    RFID = 1
    MAC_ADDRESS = 2
    EMAID = 3
    APP = 4
    KEYCODE = 5


class Concurrency(IntEnum):
    """ampline.v1.User.Concurrency."""

    ONE_SESSION = 1
    ONE_PER_TAG = 2
    UNLIMITED = 3


class Payment(IntEnum):
    """ampline.v1.User.PaymentPreference."""

    BALANCE = 1
    SUBSCRIPTION = 2
    CORPORATE = 3
    EXTERNAL = 4
    NO_PAYMENT = 5


@dataclass(frozen=True, slots=True)
class TagFacts:
    """The ID tag that is shown."""

    state: TagState
    assigned: bool
    expire_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class UserFacts:
    """Who wants to charge, and what they run elsewhere. Of the balance `held` is spoken for by
    what runs; `covered` says that a subscription has energy left; `pays_later` that it bills with
    its period. `company` is what the user's company would pay."""

    enabled: bool
    payment: Payment
    balance: Money
    concurrency: Concurrency = Concurrency.ONE_PER_TAG
    sessions_elsewhere: int = 0
    tag_sessions_elsewhere: int = 0
    subscribed: bool = False
    pays_later: bool = False
    covered: bool = False
    held: Money | None = None
    company: CompanyFacts = NOBODY_PAYS


@dataclass(frozen=True, slots=True)
class TariffFacts:
    """What it would cost; `currency` is None where nothing is charged for without a tariff."""

    currency: str | None
    charging_allowed: bool = True
    costs: bool = True
    minimum_balance: Money | None = None


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Where. `reserved` is for somebody else; `tariff` is None if none applies; `tariff_asked` is
    false if the EVSE is not known yet and EVSEs of the charge point differ."""

    usable: bool = True
    reserved: bool = False
    is_open: bool = True
    of_somebody_else: bool = False
    auto_start: bool = False
    circuit_full: bool = False
    tariff_asked: bool = True
    tariff: TariffFacts | None = None


def refusal(
    place: PlaceFacts, tag: TagFacts | None, user: UserFacts | None, now: datetime
) -> StartReason | None:
    """Why a start is refused, or None. `tag` is None if unknown; with `user` alone nobody shows
    a tag."""
    reasons = (
        None if place.auto_start else _of_tag(tag, user, now),
        _of_user(user),
        _of_place(place),
        _of_tariff(place, user) if place.tariff_asked else None,
    )
    return next((reason for reason in reasons if reason), None)


def _of_tag(tag: TagFacts | None, user: UserFacts | None, now: datetime) -> StartReason | None:
    if tag is None:
        return None if user else StartReason.ID_TAG_UNKNOWN
    if tag.state is not TagState.ENABLED:
        return StartReason.ID_TAG_DISABLED
    if tag.expire_time and tag.expire_time <= now:
        return StartReason.ID_TAG_EXPIRED
    return None if tag.assigned else StartReason.ID_TAG_NOT_ASSIGNED


def _of_user(user: UserFacts | None) -> StartReason | None:
    if user is None:
        return None
    if not user.enabled:
        return StartReason.USER_DISABLED
    if user.payment is Payment.SUBSCRIPTION and not user.subscribed:
        return StartReason.SUBSCRIPTION_REQUIRED
    running = {
        Concurrency.ONE_SESSION: user.sessions_elsewhere,
        Concurrency.ONE_PER_TAG: user.tag_sessions_elsewhere,
        Concurrency.UNLIMITED: 0,
    }[user.concurrency]
    return StartReason.SESSION_LIMIT_REACHED if running else None


def _of_place(place: PlaceFacts) -> StartReason | None:
    if not place.usable:
        return StartReason.EVSE_UNAVAILABLE
    if place.reserved:
        return StartReason.EVSE_RESERVED
    if not place.is_open:
        return StartReason.LOCATION_CLOSED
    if place.of_somebody_else:
        return StartReason.ACCESS_RESTRICTED
    return StartReason.CIRCUIT_FULL if place.circuit_full else None


def _of_tariff(place: PlaceFacts, user: UserFacts | None) -> StartReason | None:
    tariff = place.tariff
    if tariff is None:
        return StartReason.NO_TARIFF
    if not tariff.charging_allowed:
        return StartReason.CHARGING_NOT_ALLOWED
    if user is None or tariff.currency is None or user.pays_later:
        return None
    if user.payment is Payment.CORPORATE:
        return _of_company(tariff.currency, tariff, user.company)
    if user.payment not in (Payment.BALANCE, Payment.SUBSCRIPTION):
        return None
    return _of_balance(tariff, user)


def _of_company(currency: str, tariff: TariffFacts, company: CompanyFacts) -> StartReason | None:
    if not company.pays:
        return StartReason.CORPORATE_LIMIT_REACHED
    if company.room is None:
        return None
    if company.room.currency != currency:
        return StartReason.CURRENCY_MISMATCH
    if tariff.minimum_balance and company.room < tariff.minimum_balance:
        return StartReason.CORPORATE_LIMIT_REACHED
    pays = company.room.nanos > 0 or not tariff.costs
    return None if pays else StartReason.CORPORATE_LIMIT_REACHED


def _of_balance(tariff: TariffFacts, user: UserFacts) -> StartReason | None:
    if user.balance.currency != tariff.currency:
        return StartReason.CURRENCY_MISMATCH
    if user.balance.nanos < 0:
        return StartReason.PREVIOUS_SESSION_UNPAID
    free = user.balance - user.held if user.held else user.balance
    if tariff.minimum_balance and free < tariff.minimum_balance:
        return StartReason.INSUFFICIENT_BALANCE
    pays = free.nanos > 0 or user.covered or not tariff.costs
    return None if pays else StartReason.INSUFFICIENT_BALANCE
