"""Where a charger calls from, also behind proxies that we trust."""

from collections.abc import Collection, Sequence


def remote_address(peer: str, forwarded_for: Sequence[str], trusted: Collection[str]) -> str:
    """The address nearest to us that is none of our proxies'.

    `forwarded_for` are the values of X-Forwarded-For; they count only from a trusted peer.
    """
    hops = [hop.strip() for value in forwarded_for for hop in value.split(",") if hop.strip()]
    address = peer
    while hops and address in trusted:
        address = hops.pop()
    return address[:100]
