"""The fields of the tariff form."""

from google.type.dayofweek_pb2 import DayOfWeek

from portal.choices import one_of
from portal.forms import Field, Rows
from portal.kinds import Choice, Exact, Flag, Money, Reference, Several, Text, Texts, Whole
from portal.time_kinds import ClockTime, Day, Minutes, Moment

DAYS = [(name, name.capitalize()[:3]) for name, number in DayOfWeek.items() if number]
KILO = 1000

ID = Field("tariff_id", "Id", Text(), "Empty: one is made. It cannot be changed later.")
FIELDS = (
    Field("display_name", "Name", Text(), required=True, placeholder="Public 2026"),
    Field("currency", "Currency", Text(), required=True, placeholder="EUR"),
    Field("tax_percent", "Tax", Exact(), unit="%"),
    Field("prices_include_tax", "The prices include the tax", Flag()),
    Field("charging_allowed", "Charging is allowed", Flag(), assumed="yes"),
    Field("state", "State", one_of("tariff_state"), assumed="ENABLED"),
    Field("description", "What drivers read, in English", Texts(), wide=True),
    Field("min_price", "A session costs at least", Money()),
    Field("max_price", "A session costs at most", Money()),
    Field("minimum_balance", "Balance needed to start", Money()),
    Field("preauthorize_amount", "Reserved at the start by an outside processor", Money()),
    Field("stop_conditions.max_duration", "Stop after", Minutes(), unit="min"),
    Field("stop_conditions.max_energy_wh", "Stop after", Whole(factor=KILO), unit="kWh"),
    Field("stop_conditions.max_soc_percent", "Stop at a state of charge of", Whole(), unit="%"),
    Field("stop_conditions.max_amount", "Stop when it costs", Money()),
    Field("idle_detection.soc_percent", "Idle from a state of charge of", Whole(), unit="%"),
    Field(
        "idle_detection.average_power_below_w",
        "Idle when the power of 5 minutes is below",
        Whole(factor=KILO),
        unit="kW",
    ),
    Field("start_time", "Valid from (UTC)", Moment()),
    Field("end_time", "Valid until (UTC)", Moment()),
    Field("external_id", "Your own id", Text()),
)

# What always shows of an element; the rest opens on demand.
ALWAYS = ("dimension", "unit_price", "unit", "step")
ELEMENTS = Rows(
    "elements",
    (
        Field("dimension", "What is charged for", one_of("dimension"), assumed="ENERGY"),
        Field("unit_price", "Price", Money(), placeholder="0.39"),
        Field("unit", "For each", one_of("tariff_unit", empty="As usual")),
        Field(
            "step",
            "Billed in steps of",
            Whole(),
            "Seconds for times, Wh for energy. Empty: exactly.",
        ),
        Field("restrictions.start_time", "From (time of day)", ClockTime()),
        Field("restrictions.end_time", "To (time of day)", ClockTime()),
        Field(
            "restrictions.days",
            "On",
            Several(lambda: DAYS, DayOfWeek.Value, DayOfWeek.Name),
            wide=True,
        ),
        Field("restrictions.min_kwh", "From this much energy", Exact(), unit="kWh"),
        Field("restrictions.max_kwh", "Up to this much energy", Exact(), unit="kWh"),
        Field(
            "restrictions.min_duration", "From this long into the session", Minutes(), unit="min"
        ),
        Field(
            "restrictions.max_duration", "Up to this long into the session", Minutes(), unit="min"
        ),
        Field(
            "restrictions.duration_measure",
            "These minutes count",
            one_of("duration_measure", empty="Since the start"),
        ),
        Field("restrictions.grace", "Free for the first", Minutes(), unit="min"),
        Field(
            "restrictions.min_session_duration", "In sessions of at least", Minutes(), unit="min"
        ),
        Field("restrictions.min_power_kw", "From this power", Exact(), unit="kW"),
        Field("restrictions.max_power_kw", "Below this power", Exact(), unit="kW"),
        Field(
            "restrictions.power_measure",
            "This power counts",
            one_of("power_measure", empty="Of each moment"),
        ),
        Field("restrictions.current_type", "At", one_of("current_type", empty="AC and DC")),
        Field("restrictions.start_date", "From (date)", Day()),
        Field("restrictions.end_date", "Until before (date)", Day()),
        Field("cap", "At most, in one session", Money()),
        Field("tax_percent", "Tax, where it differs", Exact(), unit="%"),
    ),
)
LOCKS = Rows(
    "price_locks",
    (
        Field("dimension", "For", one_of("dimension"), assumed="ENERGY"),
        Field("lock", "The price that holds is", one_of("price_lock"), assumed="AT_START"),
    ),
)

CURRENTS = [("", "AC or DC"), ("AC", "AC"), ("DC", "DC")]
# A made-up session, to see what it would cost.
SAMPLE = (
    Field("sample.energy", "Energy", Whole(factor=KILO), unit="kWh", assumed="30"),
    Field("sample.charging", "Charging", Minutes(), unit="min", assumed="60"),
    Field("sample.idle", "Then idle", Minutes(), unit="min", assumed="20"),
    Field("sample.start", "Begins, by the local clock", Moment(), wide=True),
    Field("sample.zone", "Time zone", Reference("time-zones"), placeholder="UTC"),
    Field("sample.current", "Current", Choice(lambda: CURRENTS)),
)
