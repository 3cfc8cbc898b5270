"""The fields that many commands have: which EVSE, how often, from when to when."""

from dataclasses import replace

from portal.forms import Field
from portal.kinds import Reference, Text, Whole
from portal.language import _, lazy
from portal.time_kinds import Minutes, Moment
from portal.zones import zoned

EVSE = Field("evse", "EVSE", Whole(), lazy("Empty: the charger chooses."), placeholder="1")
WHOLE = replace(EVSE, help=lazy("Empty: the whole charger."))
NEEDED = replace(EVSE, help="", required=True)
CONNECTOR = Field(
    "connector", lazy("Connector"), Whole(), lazy("Empty: the first."), placeholder="1"
)
USER = Field("user", lazy("Who charges"), Reference("users"))
ID_TAG = Field("id_tag", lazy("ID tag"), Reference("id-tags"), lazy("Empty: the user's first one."))
FIRMWARE = Field("firmware_image", lazy("Firmware"), Reference("firmware"), required=True)
RETRIES = (
    Field(
        "retries.retries", lazy("Further attempts"), Whole(), lazy("Empty: the charger decides.")
    ),
    Field("retries.retry_interval", lazy("Time between them"), Minutes(), unit="min"),
)
UPLOAD = Field("uri", lazy("Upload to"), Text(), lazy("A folder's address. Empty: here."))
RANGE = (
    Field("oldest_time", zoned("Nothing older than (%(zone)s)"), Moment()),
    Field("newest_time", zoned("Nothing newer than (%(zone)s)"), Moment()),
)


def setting(prefix: str = "", *, needed: bool = True) -> tuple[Field, ...]:
    """A key of OCPP 1.6, or a variable of a component of 2.x."""
    key = Field(
        f"{prefix}key", _("Key"), Text(), required=needed, placeholder="MeterValueSampleInterval"
    )
    return (
        key,
        Field(f"{prefix}component", _("Component"), Text(), _("Empty for OCPP 1.6.")),
        Field(f"{prefix}component_instance", _("The component's instance"), Text()),
        Field(f"{prefix}instance", _("The variable's instance"), Text()),
        Field(f"{prefix}evse", _("Of EVSE"), Whole()),
        Field(f"{prefix}connector", _("Of connector"), Whole()),
    )
