"""The fields of the circuit form."""

from google.type.dayofweek_pb2 import DayOfWeek

from portal.choices import one_of
from portal.forms import Field, Rows
from portal.kinds import Real, Reference, Several, Text, Whole
from portal.language import lazy
from portal.time_kinds import ClockTime, days

ID = Field(
    "circuit_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later.")
)
FIELDS = (
    Field(
        "display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Garage, left row")
    ),
    Field("max_current_a", lazy("Limit"), Real(), lazy("On each phase."), required=True, unit="A"),
    Field("phases", lazy("Wiring"), one_of("circuit_phases"), assumed="THREE"),
    Field(
        "parent_circuit", lazy("Fed by"), Reference("circuits"), lazy("Empty: the grid feeds it.")
    ),
    Field(
        "connected_phase",
        lazy("Phase of that circuit"),
        Whole(),
        lazy("1, 2 or 3: of a single phase."),
    ),
    Field(
        "location",
        lazy("Location"),
        Reference("locations"),
        lazy("Its clock is that of the schedule."),
    ),
    Field("voltage_v", lazy("Voltage"), Whole(), unit="V", placeholder="230"),
    Field("min_current_a", lazy("Least for a car"), Real(), unit="A", placeholder="6"),
    Field(
        "offline_reserved_current_a",
        lazy("Reserve"),
        Real(),
        lazy("Kept free for other loads while no meter tells of them."),
        unit="A",
    ),
    Field(
        "when_full", lazy("When there is nothing left"), one_of("circuit_when_full"), assumed="WAIT"
    ),
    Field("state", lazy("State"), one_of("circuit_state"), assumed="ENABLED"),
    Field("external_id", lazy("Your own id"), Text()),
)
PRIORITIES = Rows(
    "priorities",
    (
        Field("charge_point", lazy("Of a charge point"), Reference("charge-points")),
        Field(
            "evse",
            lazy("or of an EVSE"),
            Text(),
            placeholder="chargePoints/NL-AMP-0042/evses/1",
        ),
        Field(
            "user_group",
            lazy("or of a group of drivers"),
            Text(),
            placeholder="userGroups/taxis",
        ),
        Field(
            "soc_band.min_percent",
            lazy("or of cars from this state of charge on"),
            Whole(),
            unit="%",
        ),
        Field("soc_band.max_percent", lazy("and below this one"), Whole(), unit="%"),
        Field(
            "priority", lazy("Priority"), Whole(), lazy("The higher comes first."), placeholder="0"
        ),
        Field(
            "weight",
            lazy("Weight"),
            Real(),
            lazy("Shares are in proportion to it."),
            placeholder="1",
        ),
    ),
)
SCHEDULE = Rows(
    "schedule",
    (
        Field("max_current_a", lazy("Limit"), Real(), unit="A", required=True),
        Field("start_time", lazy("From (time of day)"), ClockTime(), assumed="17:00"),
        Field("end_time", lazy("To (time of day)"), ClockTime(), assumed="21:00"),
        Field(
            "days",
            lazy("On"),
            Several(days, DayOfWeek.Value, DayOfWeek.Name),
            lazy("None: every day."),
            wide=True,
        ),
    ),
)
