"""The settings that the verbs go by."""

from dataclasses import dataclass, field

from server.domain.destinations import LOOPBACK, Addresses
from server.domain.device_model import Reading
from server.work.vendors import DataHandlers


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs the network, as it stands on receipts."""

    name: str = "Ampline"
    address: tuple[str, ...] = ()  # line by line
    vat_number: str = ""
    registration_number: str = ""
    email: str = ""
    receipt_series: str = ""  # before the year in receipts' numbers


@dataclass(frozen=True, slots=True)
class Rules:
    """Times are seconds."""

    currency: str = "EUR"
    time_zone: str = "UTC"  # the operator's, of its months
    operator: Operator = Operator()
    no_tariff_is_free: bool = False
    accept_unknown: bool = False
    heartbeat: int = 300
    pending_session: int = 120
    lost_stop: int = 600
    long_term: int = 86_400
    configuration_reading: Reading = Reading.ALL
    pending_until_read: bool = False
    files_url: str = "http://127.0.0.1:8080/files"
    """Where files are brought and fetched, as chargers and users see it."""
    largest_log: int = 256 * 1024 * 1024  # bytes
    largest_firmware: int = 1024 * 1024 * 1024  # bytes
    webhook_plain_http: bool = False  # not to loopback alone
    webhook_addresses: Addresses = field(default_factory=lambda: Addresses(LOOPBACK))
    """Which ones an endpoint's URL may have in it."""
    charger_url: str = "ws://127.0.0.1:8080/ocpp"  # where chargers connect
    charger_tls_url: str = ""  # the same by TLS; empty = nowhere
    charger_certificates: bool = False  # whether certificates count there
    charger_organization: str = ""  # which chargers' certificates must name; empty = any
    takes_cards: bool = False  # whether a gateway of the platform's takes payments outside
    full_tokens: bool = False  # whether the message log has them
    data_handlers: DataHandlers = field(default_factory=dict)
