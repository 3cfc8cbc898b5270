"""What the launcher tells the server of where it stands."""

import pytest

from server.settings import from_environment
from tools.run.credentials import Credentials
from tools.run.platform import Platform


@pytest.mark.parametrize(
    ("environment", "networks"),
    [
        ({}, ""),
        ({"AMPLINE_LISTEN": "127.0.0.1"}, ""),
        ({"AMPLINE_LISTEN": "0.0.0.0"}, "none"),
        ({"AMPLINE_LISTEN": "0.0.0.0", "AMPLINE_WEBHOOK_NETWORKS": "10.0.0.0/8"}, "10.0.0.0/8"),
    ],
)
def test_a_server_that_others_reach_sends_no_webhooks_to_itself(
    environment: dict[str, str], networks: str
) -> None:
    platform = Platform(environment, Credentials("key", "admin:word"))
    assert platform.server().environment["AMPLINE_WEBHOOK_NETWORKS"] == networks


def test_an_account_at_stripe_is_a_key_and_what_signs_its_notices() -> None:
    key = {"AMPLINE_STRIPE_KEY": "sk_test_1"}
    with pytest.raises(ValueError, match="AMPLINE_STRIPE_WEBHOOK_SECRET"):
        from_environment(key)
    settings = from_environment({**key, "AMPLINE_STRIPE_WEBHOOK_SECRET": "whsec_1"})
    assert "sk_test_1" not in repr(settings)
    assert "whsec_1" not in repr(settings)
