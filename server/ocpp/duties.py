"""Which verb a charger's fact calls, whatever the version it was told in."""

from collections.abc import Callable, Mapping
from typing import Any

from server.domain.certificate_questions import (
    ContractAnswer,
    ContractAsked,
    StatusAnswer,
    StatusAsked,
)
from server.domain.charging_profiles import ProfilesReported
from server.domain.device_facts import SettingsReported
from server.domain.display_messages import CustomerInformationTold, DisplayMessagesReported
from server.domain.facts import (
    AuthorizationAsked,
    Booted,
    CertificateAsked,
    ChargingNeedsTold,
    DataReceived,
    EvseStatusReported,
    ExternalLimit,
    Measured,
    PlaceFreed,
    SecurityEventReported,
    StationStatusReported,
    Told,
    TransactionEnded,
    TransactionStarted,
    TransactionStep,
    TransferReported,
)
from server.domain.monitoring import DeviceEventsTold, MonitorsReported
from server.store.unit import Unit
from server.work.balancing import needs
from server.work.rules import Rules
from server.work.sessions import authorization, charging, reservations
from server.work.stations import (
    certificates,
    charging_profiles,
    device_reports,
    display_messages,
    monitoring,
    profile_reports,
    reports,
    transactions,
    transfers,
)

Fact = (
    AuthorizationAsked
    | Booted
    | CertificateAsked
    | ChargingNeedsTold
    | ContractAnswer
    | ContractAsked
    | DataReceived
    | CustomerInformationTold
    | DeviceEventsTold
    | DisplayMessagesReported
    | EvseStatusReported
    | ExternalLimit
    | Measured
    | PlaceFreed
    | ProfilesReported
    | MonitorsReported
    | SecurityEventReported
    | SettingsReported
    | StationStatusReported
    | StatusAnswer
    | StatusAsked
    | Told
    | TransactionEnded
    | TransactionStarted
    | TransactionStep
    | TransferReported
)
Duty = Callable[[Unit, Rules, str, Any], Any]

_DUTIES: Mapping[type[Any], Duty] = {
    AuthorizationAsked: lambda unit, rules, charge_point, fact: authorization.authorize(
        unit, rules, charge_point, fact.token, fact.kind
    ),
    Booted: reports.booted,
    CertificateAsked: certificates.asked,
    ChargingNeedsTold: lambda unit, _, charge_point, fact: needs.told(unit, charge_point, fact),
    ContractAnswer: lambda _unit, _rules, _charge_point, fact: fact,
    StatusAnswer: lambda _unit, _rules, _charge_point, fact: fact,
    DataReceived: reports.data_received,
    CustomerInformationTold: lambda unit, _, charge_point, fact: display_messages.customer_told(
        unit, charge_point, fact
    ),
    DisplayMessagesReported: lambda unit, _, charge_point, fact: device_reports.messages_reported(
        unit, charge_point, fact
    ),
    DeviceEventsTold: lambda unit, _, charge_point, fact: monitoring.events_told(
        unit, charge_point, fact
    ),
    MonitorsReported: lambda unit, _, charge_point, fact: device_reports.monitors_reported(
        unit, charge_point, fact
    ),
    EvseStatusReported: lambda unit, _, charge_point, fact: reports.evse_status(
        unit, charge_point, fact
    ),
    ExternalLimit: lambda unit, _, charge_point, fact: charging_profiles.limited_elsewhere(
        unit, charge_point, fact
    ),
    Measured: lambda unit, _, charge_point, fact: charging.measure(unit, charge_point, fact),
    PlaceFreed: lambda unit, _, charge_point, fact: reservations.given_up(unit, charge_point, fact),
    ProfilesReported: lambda unit, _, charge_point, fact: profile_reports.reported(
        unit, charge_point, fact
    ),
    SecurityEventReported: lambda unit, _, charge_point, fact: reports.security_event(
        unit, charge_point, fact
    ),
    SettingsReported: lambda unit, _, charge_point, fact: device_reports.settings_reported(
        unit, charge_point, fact
    ),
    StationStatusReported: lambda unit, _, charge_point, fact: reports.station_status(
        unit, charge_point, fact
    ),
    Told: lambda _unit, _rules, _charge_point, fact: fact.payload,
    TransactionEnded: charging.end,
    TransactionStarted: charging.start,
    TransactionStep: transactions.step,
    TransferReported: lambda unit, _, charge_point, fact: transfers.reported(
        unit, charge_point, fact
    ),
}


def perform(unit: Unit, rules: Rules, charge_point: str, fact: Fact | None) -> Any:
    """Does what the fact asks for; returns what the verb returns. No fact, no duty."""
    if fact is None:
        return None
    return _DUTIES[type(fact)](unit, rules, charge_point, fact)
