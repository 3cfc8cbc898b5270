"""What cars ask for, in words."""

from ampline.v1.evse_pb2 import Evse
from portal.formats import kw, kwh, moment_text, plain
from portal.language import _, ngettext


def needs_words(needs: Evse.ChargingNeeds, zone: str = "") -> str:
    """`The car asks for: 12.00 kWh more, by 22 Nov, 14:05 CET, at most 16 A on 3 phases.`"""
    told = []
    if needs.HasField("missing_energy_wh"):
        told.append(_("%(energy)s kWh more", energy=kwh(needs.missing_energy_wh)))
    if needs.HasField("departure_time"):
        told.append(_("by %(time)s", time=moment_text(needs.departure_time, zone)))
    if most := _most(needs):
        told.append(_("at most %(most)s", most=most))
    if not told:
        return _("The car did not say how much it needs.")
    return _("The car asks for: %(needs)s.", needs=", ".join(told))


def _most(needs: Evse.ChargingNeeds) -> str:
    """`16 A on 3 phases`, `150.0 kW`, or `3 phases`; empty if it did not say."""
    if needs.HasField("max_power_w"):
        return f"{kw(needs.max_power_w)} kW"
    current = f"{plain(needs.max_current_a)} A" if needs.HasField("max_current_a") else ""
    if not needs.HasField("phases"):
        return current
    if not current:
        return ngettext("%(num)s phase", "%(num)s phases", needs.phases)
    return ngettext(
        "%(limit)s on %(num)s phase", "%(limit)s on %(num)s phases", needs.phases, limit=current
    )
