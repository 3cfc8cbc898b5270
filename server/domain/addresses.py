"""Where somebody calls from, also behind proxies that we trust."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from urllib.parse import unquote

_MOST_PEERS = 1024
"""Of how many connections the host is remembered: a proxy has few, with many calls each."""


def remote_address(peer: str, forwarded_for: Sequence[str], trusted: Collection[str]) -> str:
    """The address nearest to us that is none of our proxies'.

    `forwarded_for` are the values of X-Forwarded-For; they count only from a trusted peer.
    """
    hops = [hop.strip() for value in forwarded_for for hop in value.split(",") if hop.strip()]
    address = peer
    while hops and address in trusted:
        address = hops.pop()
    return address[:100]


@lru_cache(_MOST_PEERS)
def host_of(peer: str) -> str:
    """The host of a peer as gRPC tells it: `ipv4:127.0.0.1:5000`, `ipv6:%5B::1%5D:5000`."""
    kind, _, rest = peer.partition(":")
    if kind not in {"ipv4", "ipv6"}:
        return peer
    host = rest.rpartition(":")[0]
    return unquote(host).strip("[]")
