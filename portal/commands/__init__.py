"""Everything that one can make a charger do, each a form; by the word in its address."""

from portal.commands import charging, devices, limits, security, settings, upkeep
from portal.commands.command import Command
from portal.language import lazy

# By what they are about, in the order in which one looks for them.
GROUPS: tuple[tuple[str, dict[str, Command]], ...] = (
    (lazy("Charging"), charging.COMMANDS),
    (lazy("Upkeep"), upkeep.COMMANDS),
    (lazy("Settings"), settings.COMMANDS),
    (lazy("Limits"), limits.COMMANDS),
    (lazy("Security"), security.COMMANDS),
    (lazy("Monitors, display, drivers"), devices.COMMANDS),
)
COMMANDS = {verb: command for _, group in GROUPS for verb, command in group.items()}
