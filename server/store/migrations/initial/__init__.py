"""The tables as they first were. Never changed: what is new comes by a later migration."""

from server.store.migrations.initial.access import ApiKey, PortalOperator, SignIn, StoredAnswer
from server.store.migrations.initial.clock import ClockJob
from server.store.migrations.initial.log import Event, EventHead, OcppMessage
from server.store.migrations.initial.network import ChargePoint, Evse, Location, UnknownChargePoint
from server.store.migrations.initial.people import BalanceEntry, IdTag, User
from server.store.migrations.initial.prices import (
    Tariff,
    TariffGroup,
    TariffGroupEntry,
    TariffSnapshot,
)
from server.store.migrations.initial.sessions import Counter, MeterValue, Session, Transaction

TABLES = [
    ApiKey,
    PortalOperator,
    SignIn,
    StoredAnswer,
    ClockJob,
    EventHead,
    Event,
    OcppMessage,
    Location,
    ChargePoint,
    Evse,
    UnknownChargePoint,
    User,
    IdTag,
    BalanceEntry,
    Tariff,
    TariffGroup,
    TariffGroupEntry,
    TariffSnapshot,
    Session,
    MeterValue,
    Transaction,
    Counter,
]
