"""A server to call, and a client of it."""

from collections.abc import Iterator

import pytest

from ampline import Client, Patience
from tests.clients.peer import Peer, serving

QUICK = Patience(attempts=4, first_pause=0.001, longest_pause=0.01)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving() as peer:
        yield peer


@pytest.fixture
def client(peer: Peer) -> Iterator[Client]:
    with Client(peer.address, key="a key", timeout=10, patience=QUICK) as client:
        yield client
