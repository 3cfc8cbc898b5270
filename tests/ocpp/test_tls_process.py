"""The real server with TLS: it takes new certificates at a SIGHUP, and signs its chargers'."""

import asyncio
import signal
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.node import Node, started
from tests.ocpp.authority import Authority, Identity
from tests.running import free_ports


class SecureNode(Node):
    """A server with a TLS port."""

    def __init__(self, folder: Path, database_url: str, own: Identity) -> None:
        super().__init__(folder, database_url)
        (self.tls_port,) = free_ports(1)
        self._own = own

    def environment(self) -> dict[str, str]:
        """With the settings of TLS."""
        return {
            **super().environment(),
            "AMPLINE_OCPP_TLS_PORT": str(self.tls_port),
            "AMPLINE_OCPP_TLS_CERTIFICATE": str(self._own.certificate),
            "AMPLINE_OCPP_TLS_KEY": str(self._own.key),
        }

    def shown(self, context: ssl.SSLContext) -> bytes | None:
        """The certificate that the server shows; None if the client does not trust it."""
        with closing(socket.create_connection(("127.0.0.1", self.tls_port), 10)) as plain:
            try:
                with context.wrap_socket(plain, server_hostname="127.0.0.1") as secured:
                    return secured.getpeercert(binary_form=True)
            except ssl.SSLCertVerificationError:
                return None


@pytest.fixture
async def node(tmp_path: Path, database_url: str) -> AsyncIterator[SecureNode]:
    """The server, with a certificate of an authority in the same folder."""
    own = Authority(tmp_path).server()
    async with started(SecureNode(tmp_path, database_url, own)) as running:
        yield running


async def test_a_new_certificate_is_taken_at_a_sighup(node: SecureNode, tmp_path: Path) -> None:
    newer = Authority(tmp_path, "Newer root")
    replacement, trusting = newer.server("newer"), newer.trusting()
    assert await asyncio.to_thread(node.shown, trusting) is None
    replacement.certificate.replace(node._own.certificate)
    replacement.key.replace(node._own.key)
    node.running.process.send_signal(signal.SIGHUP)
    await asyncio.to_thread(node.running.until, lambda: node.shown(trusting) is not None)
    key = tmp_path / "charger-authority.key"
    assert key.stat().st_mode & 0o777 == 0o600
