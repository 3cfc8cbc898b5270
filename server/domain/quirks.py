"""What charging stations of a vendor, a model or a firmware do otherwise than OCPP has it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase

from server.domain.device_model import Reading


@dataclass(frozen=True, slots=True)
class Quirks:
    """None = nothing is known to be unusual."""

    pinged: bool | None = None
    """Whether it may be pinged."""
    reading: Reading | None = None
    """How its configuration is best read."""
    in_watts: bool | None = None
    """Whether it takes limits in watts alone, or in amperes alone, whatever it says."""
    most_stack_level: int | None = None
    """The highest level of a charging profile that it takes, whatever it says."""
    obeys_periods: bool | None = None
    """Whether it goes on to a charging profile's next period when its time has come."""
    default_profile_alone: bool | None = None
    """Whether it limits a running session by its TxDefaultProfile, and takes no TxProfile."""

    def under(self, later: "Quirks") -> "Quirks":
        """These, but for what `later` says."""
        said = {each.name: getattr(later, each.name) for each in fields(later)}
        return replace(self, **{name: value for name, value in said.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Family:
    """Charging stations by patterns (`*`, `?`, `[…]`) of what their BootNotification says, in
    which capitals do not count, and what is known of them."""

    vendor: str
    quirks: Quirks
    model: str = "*"
    firmware: str = "*"

    def has(self, vendor: str, model: str, firmware: str) -> bool:
        """Whether such a charging station is one of them."""
        pairs = ((vendor, self.vendor), (model, self.model), (firmware, self.firmware))
        return all(fnmatchcase(said.casefold(), form.casefold()) for said, form in pairs)


def quirks_of(
    families: Iterable[Family], vendor: str | None, model: str | None, firmware: str | None
) -> Quirks:
    """What is known of a charging station: what several families say, the later over the earlier.
    Of one that has not told its vendor, nothing is."""
    found = Quirks()
    if vendor:
        for family in families:
            if family.has(vendor, model or "", firmware or ""):
                found = found.under(family.quirks)
    return found
