"""The list by which a station authorizes while it is offline."""

from collections.abc import Mapping


class LocalList:
    """Who may charge, by card, in some version; version 0 is an empty list."""

    def __init__(self) -> None:
        self.version = 0
        self.statuses: dict[str, str] = {}
        """The status of each card, such as `Accepted`."""

    def take(
        self, version: int, statuses: Mapping[str, str | None], *, is_full: bool, most: int
    ) -> bool | None:
        """Takes a call's entries; None if they are too many, False if the version cannot follow."""
        if len(statuses) > most:
            return None
        if not is_full:
            return self.change(version, statuses)
        self.replace(version, {card: status for card, status in statuses.items() if status})
        return True

    def replace(self, version: int, statuses: Mapping[str, str]) -> None:
        """A whole list."""
        self.version, self.statuses = version, dict(statuses)

    def change(self, version: int, statuses: Mapping[str, str | None]) -> bool:
        """What has changed, None = it is to go; False if the version is none that can follow."""
        if version <= self.version:
            return False
        self.version = version
        for card, status in statuses.items():
            if status is None:
                self.statuses.pop(card, None)
            else:
                self.statuses[card] = status
        return True
