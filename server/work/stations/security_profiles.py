"""Passwords and security profiles that chargers are told to use: they count once they are used.

A new password is known here before the charger hears of it, for its answer may get lost: whichever
of both it comes with counts, until the new one has come, or the charger has said yes or no.
"""

from ampline.v1.charge_point_pb2 import ChargePoint as Message
from server.domain.errors import precondition
from server.domain.security_commands import SecurityProfile
from server.resources import events
from server.resources.charge_points import MAPPING
from server.store.models import ChargePoint
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.access.passwords import hash_charger_password
from server.work.rules import Rules

_BY_NAME = ChargePoint.name == param("name")
_PROFILES = Statement(
    ChargePoint.select(
        ChargePoint.security_profile,
        ChargePoint.security_profile_in_force,
        ChargePoint.password_hash,
    ).where(_BY_NAME)
)
_PROMISE = Statement(ChargePoint.update(next_password_hash=param("password_hash")).where(_BY_NAME))
_TAKE = Statement(
    ChargePoint.update(password_hash=param("password_hash"), next_password_hash=None).where(
        _BY_NAME & (ChargePoint.next_password_hash == param("password_hash"))
    )
)
_DROP = Statement(
    ChargePoint.update(next_password_hash=None).where(
        _BY_NAME & (ChargePoint.next_password_hash == param("password_hash"))
    )
)
_WANT = Statement(ChargePoint.update(security_profile_wanted=param("profile")).where(_BY_NAME))
_REACH = Statement(
    ChargePoint.update(
        security_profile=ChargePoint.security_profile_wanted,
        security_profile_wanted=None,
        update_time=param("now"),
        version=ChargePoint.version + 1,
    ).where(_BY_NAME & (ChargePoint.security_profile_wanted <= param("profile")))
)
_FIND = Statement(MAPPING.query().where(_BY_NAME))


def promise(unit: Unit, charge_point: str, password_hash: str) -> None:
    """The charger is about to be told a new password."""
    unit.run(_PROMISE, name=charge_point, password_hash=password_hash)


def taken(unit: Unit, charge_point: str, password_hash: str) -> None:
    """The charger has taken it, or come with it: the old one counts no more."""
    unit.run(_TAKE, name=charge_point, password_hash=password_hash)


def dropped(unit: Unit, charge_point: str, password_hash: str) -> None:
    """The charger has not taken it."""
    unit.run(_DROP, name=charge_point, password_hash=password_hash)


def told(unit: Unit, charge_point: str, password: str, *, at_once: bool) -> None:
    """The charger has accepted a password as one of its settings; it comes with it at once or
    later."""
    kept = hash_charger_password(password)
    promise(unit, charge_point, kept)
    if at_once:
        taken(unit, charge_point, kept)


def has_password(unit: Unit, charge_point: str) -> bool:
    """Whether one is registered."""
    row = unit.one(_PROFILES, name=charge_point)
    return row is not None and row[2] is not None


def want(unit: Unit, rules: Rules, charge_point: str, profile: SecurityProfile) -> str:
    """Notes what the charger is about to be asked for; the URL that it is to come to.

    RefusedError SECURITY_PROFILE_LOWER, TLS_NOT_OFFERED.
    """
    registered, in_force, _ = unit.one(_PROFILES, name=charge_point) or (0, 0, None)
    current = SecurityProfile(max(registered, in_force or 0, 1))
    if profile < current:
        raise precondition(
            "SECURITY_PROFILE_LOWER",
            f"{charge_point} is on {current.name}, and is not led back to {profile.name}",
            current=current.name,
            wanted=profile.name,
        )
    url = _url(rules, profile)
    unit.run(_WANT, name=charge_point, profile=int(profile))
    return url


def want_no_more(unit: Unit, charge_point: str) -> None:
    """The charger has said no."""
    unit.run(_WANT, name=charge_point, profile=None)


def connected(unit: Unit, charge_point: str, profile: int) -> None:
    """The charger has come on this profile: what was wanted and is reached, it must prove ever
    after."""
    if not unit.run(_REACH, name=charge_point, profile=profile, now=unit.now):
        return
    row = unit.one(_FIND, name=charge_point)
    assert row is not None
    message: Message = MAPPING.to_message(row)
    unit.tell(
        events.resource_changed(
            "updated",
            message,
            unit.now,
            changed_fields=["security_profile"],
            charge_point=charge_point,
            location=message.location,
            partner=message.partner or None,
        )
    )


def _url(rules: Rules, profile: SecurityProfile) -> str:
    if profile < SecurityProfile.TLS_BASIC_AUTH:
        return rules.charger_url
    if not rules.charger_tls_url:
        raise _not_offered("AMPLINE_OCPP_TLS_PORT")
    if profile is SecurityProfile.TLS_CLIENT_CERTIFICATE and not rules.charger_certificates:
        raise _not_offered("AMPLINE_OCPP_CLIENT_CA")
    return rules.charger_tls_url


def _not_offered(setting: str) -> Exception:
    return precondition("TLS_NOT_OFFERED", f"{setting} is not set", setting=setting)
