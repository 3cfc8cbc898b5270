"""Names that webhooks lead to: what they resolve to is checked, and only that is connected to.

Somebody who may write an endpoint chooses where the server connects to. The check is on the address
that the connection is made to, not on the name: a name that resolves to something else at the next
look (DNS rebinding) gains nothing, because there is no next look. Host header and TLS go by the
name.
"""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from server.domain.destinations import Addresses


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
