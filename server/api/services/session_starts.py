"""Sessions that are started from afar: PENDING first, then the charger is asked to begin."""

from dataclasses import replace
from typing import NamedTuple

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1 import session_pb2
from server.api import references
from server.api.lanes import Call
from server.api.services import asked_profiles
from server.api.services.commands import Commanding, require_known
from server.domain.charging_profiles import ChargingProfile, Source, faults
from server.domain.errors import RefusedError, invalid_fields
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.balancing import managed
from server.work.rules import Rules
from server.work.sessions import announce, remote
from server.work.stations import charging_profiles

_NOT_SENT = {"CHARGER_OFFLINE", "CHARGER_REJECTED", "CHARGER_ERROR", "FEATURE_NOT_SUPPORTED"}
"""After these a start cannot come any more; after a time-out it still may."""


class _Begun(NamedTuple):
    """The PENDING session, what to tell its charger, and the profile that goes along."""

    prepared: remote.Prepared
    profile: ChargingProfile | None = None


class SessionStarts:
    """What starts them."""

    def __init__(self, lane: WriteLane, commanding: Commanding, rules: Rules) -> None:
        self._lane = lane
        self._commanding = commanding
        self._rules = rules

    async def start(self, request: pb.StartSessionRequest, call: Call) -> pb.StartSessionResponse:
        """Makes the PENDING session, then asks the charger to begin."""
        prepared, profile = await self._lane.write(lambda unit: self._begin(unit, request, call))
        session, command = prepared.session, prepared.command
        try:
            answer = await self._commanding.send_to_known(call, request.charge_point, command)
        except RefusedError as error:
            if error.reason in _NOT_SENT:
                why = error.metadata.get("status") or error.reason
                await self._lane.write(lambda unit: remote.start_failed(unit, session, why))
            raise
        if profile is not None:
            await self._lane.write(
                lambda unit: charging_profiles.installed(
                    unit, request.charge_point, profile, Source.SESSION, session
                )
            )
        told = await self._commanding.reads.look_up(
            lambda rows: announce.read_session(rows, session)
        )
        return pb.StartSessionResponse(charger_status=answer.status, session=told)

    def _begin(self, unit: Unit, request: pb.StartSessionRequest, call: Call) -> _Begun:
        partner = call.caller.partner
        if partner is not None:
            require_known(unit, call, request.charge_point)
            references.check(unit, request, ("user", "id_tag", "reservation"), "", partner)
        prepared = remote.prepare_start(unit, self._rules, _wanted(request))
        if not request.HasField("charging_profile"):
            return _Begun(prepared)
        profile = _profile(unit, request, prepared.command.evse)
        if managed.is_kept(unit, request.charge_point, profile):
            charging_profiles.installed(
                unit, request.charge_point, profile, Source.SESSION, prepared.session
            )
            managed.changed(unit, request.charge_point)
            return _Begun(prepared)
        command = replace(prepared.command, profile=profile)
        return _Begun(prepared._replace(command=command), profile)


def _profile(unit: Unit, request: pb.StartSessionRequest, evse: int) -> ChargingProfile:
    told = asked_profiles.of_session(request.charging_profile, evse)
    if wrong := dict(faults(told)):
        raise invalid_fields({f"charging_profile.{field}": why for field, why in wrong.items()})
    return replace(told, number=charging_profiles.free_number(unit, request.charge_point))


def _wanted(request: pb.StartSessionRequest) -> remote.StartWanted:
    conditions = session_pb2.Session(stop_conditions=request.stop_conditions)
    return remote.StartWanted(
        charge_point=request.charge_point,
        evse=request.evse,
        connector=request.connector,
        user=request.user or None,
        id_tag=request.id_tag or None,
        payment_method=request.payment_method or None,
        stop_conditions=conditions.SerializeToString()
        if request.HasField("stop_conditions")
        else None,
        reservation=request.reservation or None,
        payment_token=request.payment_token or None,
    )
