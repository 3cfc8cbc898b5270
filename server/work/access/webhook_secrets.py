"""What signs webhooks: secrets in the shape of Standard Webhooks."""

import base64
import secrets

OVERLAP = 24 * 3600 * 1_000_000
"""For how many microseconds a secret holds on beside the one that replaced it."""
_BYTES = 32


def new_webhook_secret() -> str:
    """`whsec_` and 256 random bits in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(_BYTES)).decode()}"
