"""What the API refuses, in plain words."""

from ampline import AmplineError, DeadlineExceeded, Unavailable

REFUSALS = {
    "ACCESS_RESTRICTED": "This charger is private and belongs to somebody else.",
    "CHARGER_ERROR": "The charger answered with an error: {error_code} {error_description}",
    "CHARGER_OFFLINE": "The charger is not connected, so it did not get the command.",
    "CHARGER_REJECTED": "The charger said no: {status}.",
    "CHARGER_TIMEOUT": "The charger has the command, but did not answer in time.",
    "CHARGING_NOT_ALLOWED": "The tariff that applies here does not allow charging.",
    "CURRENCY_MISMATCH": "The tariff's currency is not the user's.",
    "DATABASE_UNAVAILABLE": "The database cannot be reached. Try again in a moment.",
    "EVSE_RESERVED": "Somebody else has reserved this EVSE.",
    "EVSE_UNAVAILABLE": "This charge point or EVSE is out of use.",
    "FEATURE_NOT_SUPPORTED": "The OCPP version of this charger cannot do that.",
    "ID_TAG_DISABLED": "The ID tag is disabled or suspended.",
    "ID_TAG_EXPIRED": "The ID tag has expired.",
    "ID_TAG_NOT_ASSIGNED": "The ID tag belongs to no user yet.",
    "ID_TAG_UNKNOWN": "Nobody knows this ID tag.",
    "INSUFFICIENT_BALANCE": "The balance is too low.",
    "LOCATION_CLOSED": "The location is closed now.",
    "NO_TARIFF": "No tariff applies here, and nobody may charge for nothing.",
    "PERMISSION_MISSING": "Your role does not allow this.",
    "PREVIOUS_SESSION_UNPAID": "The user has not paid an earlier session yet.",
    "RESOURCE_IN_USE": "It is still in use by {referrers}, so it cannot be deleted.",
    "SESSION_LIMIT_REACHED": "The user already has as many sessions as allowed.",
    "SESSION_NOT_ACTIVE": "The session is not running.",
    "SHUTTING_DOWN": "The server is restarting. Try again in a moment.",
    "STALE_ETAG": "Somebody else changed this in the meantime. Load it again to see their change.",
    "TOO_MANY_REQUESTS": "Too many calls at once. Try again in a moment.",
    "USER_DISABLED": "The user is disabled.",
    "WRONG_CURRENCY": "The currency is not the user's, which is {expected}.",
}


class _Given(dict[str, str]):
    """Metadata in which what is missing reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def refusal(error: AmplineError) -> str:
    """What went wrong, in plain words."""
    plain = REFUSALS.get(error.reason)
    if plain:
        return plain.format_map(_Given(error.metadata)).strip()
    if isinstance(error, Unavailable):
        return "The platform cannot be reached right now."
    if isinstance(error, DeadlineExceeded):
        return "The platform did not answer in time."
    return error.message or "The platform refused, and did not say why."
