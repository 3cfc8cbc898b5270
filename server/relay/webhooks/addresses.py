"""Where webhooks may lead: what a name resolves to is checked, and only that is connected to.

Somebody who may write an endpoint chooses where the server connects to. So it connects to public
addresses alone, and to what a setting names besides. The check is on the address that the
connection is made to, not on the name: a name that resolves to something else at the next look
(DNS rebinding) gains nothing, because there is no next look. Host header and TLS go by the name.
"""

import errno
import socket
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_NAT64 = ip_network("64:ff9b::/96")
_SHARED = ip_network("100.64.0.0/10")


class ForbiddenAddressError(OSError):
    """The address is not public, and no setting allows it."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EACCES, reason)  # which is how aiohttp hands it on


class Addresses:
    """Which addresses may be connected to; `networks` beside the public ones."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        self._networks = tuple(networks)

    def require(self, host: str) -> None:
        """ForbiddenAddressError if the host is an address that may not be connected to. What
        is a name is looked at when it is resolved."""
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return
        if not self.allows(address):
            raise ForbiddenAddressError(f"{host} is no public address")

    def allows(self, address: Address) -> bool:
        """Whether it may be connected to."""
        reached = _reached(address)
        if any(each in network for each in {address, reached} for network in self._networks):
            return True
        return reached.is_global and not reached.is_multicast and reached not in _SHARED


def _reached(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to in the end, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


class CheckedResolver(AbstractResolver):
    """Resolves names, and gives only addresses that may be connected to."""

    def __init__(self, addresses: Addresses, resolver: AbstractResolver | None = None) -> None:
        self._addresses = addresses
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """ForbiddenAddressError if one of them may not be: who mixes them means no good."""
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            self._addresses.require(each["host"])
        return found

    async def close(self) -> None:
        """Lets go of what resolves."""
        await self._resolver.close()
