"""The fields of the tariff form."""

from google.type.dayofweek_pb2 import DayOfWeek

from ampline.v1.tariff_pb2 import Tariff
from portal.choices import one_of
from portal.forms import Field, Rows
from portal.kinds import Choice, Exact, Flag, Money, Present, Reference, Several, Text, Texts, Whole
from portal.language import lazy
from portal.time_kinds import ClockTime, Day, Minutes, Moment, WallTime, days
from portal.zones import zoned

KILO = 1000

ID = Field("tariff_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later."))
FIELDS = (
    Field("display_name", lazy("Name"), Text(), required=True, placeholder="Public 2026"),
    Field("currency", lazy("Currency"), Text(), required=True, placeholder="EUR"),
    Field("tax_percent", lazy("Tax"), Exact(), unit="%"),
    Field("prices_include_tax", lazy("The prices include the tax"), Flag()),
    Field("charging_allowed", lazy("Charging is allowed"), Flag(), assumed="yes"),
    Field("state", lazy("State"), one_of("tariff_state"), assumed="ENABLED"),
    Field("description", lazy("What drivers read, in English"), Texts(), wide=True),
    Field("min_price", lazy("A session costs at least"), Money()),
    Field("max_price", lazy("A session costs at most"), Money()),
    Field("minimum_balance", lazy("Balance needed to start"), Money()),
    Field("preauthorize_amount", lazy("Reserved at the start by an outside processor"), Money()),
    Field("stop_conditions.max_duration", lazy("Stop after"), Minutes(), unit="min"),
    Field("stop_conditions.max_energy_wh", lazy("Stop after"), Whole(factor=KILO), unit="kWh"),
    Field(
        "stop_conditions.max_soc_percent", lazy("Stop at a state of charge of"), Whole(), unit="%"
    ),
    Field("stop_conditions.max_amount", lazy("Stop when it costs"), Money()),
    Field("idle_detection.soc_percent", lazy("Idle from a state of charge of"), Whole(), unit="%"),
    Field(
        "idle_detection.average_power_below_w",
        lazy("Idle when the power of 5 minutes is below"),
        Whole(factor=KILO),
        unit="kW",
    ),
    Field("start_time", zoned("Valid from (%(zone)s)"), Moment()),
    Field("end_time", zoned("Valid until (%(zone)s)"), Moment()),
    Field("external_id", lazy("Your own id"), Text()),
)

# What always shows of an element; the rest opens on demand.
ALWAYS = ("dimension", "unit_price", "unit", "step")
ELEMENTS = Rows(
    "elements",
    (
        Field("dimension", lazy("What is charged for"), one_of("dimension"), assumed="ENERGY"),
        Field("unit_price", lazy("Price"), Money(), placeholder="0.39"),
        Field("unit", lazy("For each"), one_of("tariff_unit", empty=lazy("As usual"))),
        Field(
            "step",
            lazy("Billed in steps of"),
            Whole(),
            lazy("Seconds for times, Wh for energy. Empty: exactly."),
        ),
        Field("restrictions.start_time", lazy("From (time of day)"), ClockTime()),
        Field("restrictions.end_time", lazy("To (time of day)"), ClockTime()),
        Field(
            "restrictions.days",
            lazy("On"),
            Several(days, DayOfWeek.Value, DayOfWeek.Name),
            wide=True,
        ),
        Field("restrictions.min_kwh", lazy("From this much energy"), Exact(), unit="kWh"),
        Field("restrictions.max_kwh", lazy("Up to this much energy"), Exact(), unit="kWh"),
        Field(
            "restrictions.min_duration",
            lazy("From this long into the session"),
            Minutes(),
            unit="min",
        ),
        Field(
            "restrictions.max_duration",
            lazy("Up to this long into the session"),
            Minutes(),
            unit="min",
        ),
        Field(
            "restrictions.duration_measure",
            lazy("These minutes count"),
            one_of("duration_measure", empty=lazy("Since the start")),
        ),
        Field("restrictions.grace", lazy("Free for the first"), Minutes(), unit="min"),
        Field(
            "restrictions.min_session_duration",
            lazy("In sessions of at least"),
            Minutes(),
            unit="min",
        ),
        Field("restrictions.min_power_kw", lazy("From this power"), Exact(), unit="kW"),
        Field("restrictions.max_power_kw", lazy("Below this power"), Exact(), unit="kW"),
        Field(
            "restrictions.power_measure",
            lazy("This power counts"),
            one_of("power_measure", empty=lazy("Of each moment")),
        ),
        Field(
            "restrictions.current_type", lazy("At"), one_of("current_type", empty=lazy("AC and DC"))
        ),
        Field("restrictions.start_date", lazy("From (date)"), Day()),
        Field("restrictions.end_date", lazy("Until before (date)"), Day()),
        Field(
            "electricity_rate",
            lazy("It follows an electricity rate, instead of a price"),
            Present(Tariff.RatePrice),
        ),
        Field(
            "electricity_rate.electricity_rate",
            lazy("Which rate"),
            Reference("electricity-rates"),
            lazy("Empty: the charger's own."),
        ),
        Field("electricity_rate.markup_percent", lazy("Markup"), Exact(), unit="%"),
        Field("electricity_rate.markup_per_kwh", lazy("Markup on each kWh"), Money()),
        Field("cap", lazy("At most, in one session"), Money()),
        Field("tax_percent", lazy("Tax, where it differs"), Exact(), unit="%"),
    ),
)
LOCKS = Rows(
    "price_locks",
    (
        Field("dimension", lazy("For"), one_of("dimension"), assumed="ENERGY"),
        Field("lock", lazy("The price that holds is"), one_of("price_lock"), assumed="AT_START"),
    ),
)

CURRENTS = [("", lazy("AC or DC")), ("AC", "AC"), ("DC", "DC")]
# A made-up session, to see what it would cost.
SAMPLE = (
    Field("sample.energy", lazy("Energy"), Whole(factor=KILO), unit="kWh", assumed="30"),
    Field("sample.charging", lazy("Charging"), Minutes(), unit="min", assumed="60"),
    Field("sample.idle", lazy("Then idle"), Minutes(), unit="min", assumed="20"),
    Field("sample.start", lazy("Begins, by the local clock"), WallTime(), required=True, wide=True),
    Field("sample.zone", lazy("Time zone"), Reference("time-zones"), placeholder="UTC"),
    Field("sample.current", lazy("Current"), Choice(lambda: CURRENTS)),
)
