"""Where the platform may connect to when somebody else says where: public addresses, and what a
setting names besides."""

import errno
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

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
        address = address_of(host)
        if address is not None and not self.allows(address):
            raise ForbiddenAddressError(f"{host} is no public address")

    def allows(self, address: Address) -> bool:
        """Whether it may be connected to."""
        reached = _reached(address)
        if any(each in network for each in {address, reached} for network in self._networks):
            return True
        return reached.is_global and not reached.is_multicast and reached not in _SHARED


def address_of(host: str) -> Address | None:
    """The address that a URL's host is in whatever spelling (`127.1`, `0x7f000001`); None of a name
    that somebody has to be asked for."""
    if host.rstrip(".").lower() == "localhost":
        return IPv4Address("127.0.0.1")
    with suppress(ValueError):
        return ip_address(host.partition("%")[0])
    with suppress(OSError):
        return IPv4Address(socket.inet_aton(host))
    return None


def _reached(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to in the end, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
