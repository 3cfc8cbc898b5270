"""What nobody is to read in a log: secret settings, what makes URLs good, the tokens of lists."""

from server.domain.secret_settings import is_secret_setting
from server.ocpp import file_urls, listed_tokens
from server.ocpp.schemas import Payload

MASK = "***"


def is_secret(key: object) -> bool:
    """Whether a configuration key holds a secret: AuthorizationKey, or what a vendor calls his."""
    return isinstance(key, str) and is_secret_setting(key)


def masked(action: str, payload: Payload) -> Payload:
    """The payload of a call or an answer without its secrets."""
    if action == "ChangeConfiguration" and is_secret(payload.get("key")) and "value" in payload:
        return {**payload, "value": MASK}
    if action in file_urls.TRANSFERS:
        return file_urls.masked(payload)
    if action == "SendLocalList":
        return listed_tokens.masked(payload)
    settings = payload.get("configurationKey") if action == "GetConfiguration" else None
    if isinstance(settings, list):
        return {**payload, "configurationKey": [_masked_key(each) for each in settings]}
    return payload


def _masked_key(setting: object) -> object:
    if isinstance(setting, dict) and is_secret(setting.get("key")) and "value" in setting:
        return {**setting, "value": MASK}
    return setting
