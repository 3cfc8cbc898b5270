"""Which settings of a charger are secrets, whatever it calls them."""

_WORDS = (
    "authorizationkey",
    "basicauthpassword",
    "password",
    "passphrase",
    "secret",
    "privatekey",
    "vpnkey",
    "simpin",
)


def is_secret_setting(key: str) -> bool:
    """Whether a configuration key or variable holds a secret, whatever its case."""
    folded = key.casefold()
    return any(word in folded for word in _WORDS)


def is_password_setting(key: str) -> bool:
    """Whether a key or variable is the password by which a charger proves itself to us."""
    return key.casefold() in {"authorizationkey", "basicauthpassword"}
