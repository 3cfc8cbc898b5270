"""A tariff group's entries, from their message to the domain's values."""

from ampline.v1 import tariff_group_pb2 as pb
from server.domain.tariff_groups import Audience, GroupEntry, UserSort
from server.resources.tariff_terms import calendar_date

_SORTS = {
    pb.TariffGroup.Audience.REGISTERED: UserSort.REGISTERED,
    pb.TariffGroup.Audience.ROAMING: UserSort.ROAMING,
    pb.TariffGroup.Audience.AD_HOC: UserSort.AD_HOC,
    pb.TariffGroup.Audience.OWNER: UserSort.OWNER,
}


def to_domain(group: pb.TariffGroup) -> tuple[GroupEntry, ...]:
    """The entries, in order."""
    return tuple(GroupEntry(entry.tariff, _audience(entry.audience)) for entry in group.entries)


def _audience(message: pb.TariffGroup.Audience) -> Audience:
    return Audience(
        user_groups=frozenset(message.user_groups),
        partners=frozenset(message.partners),
        subscription_plans=frozenset(message.subscription_plans),
        sorts=frozenset(_SORTS[sort] for sort in message.sorts),
        start_date=calendar_date(message.start_date) if message.HasField("start_date") else None,
        end_date=calendar_date(message.end_date) if message.HasField("end_date") else None,
    )
