"""Limits that chargers are given."""

from collections.abc import Sequence
from dataclasses import replace

from ampline.v1 import charging_profile_action_pb2 as pb
from ampline.v1.charging_profile_action_pb2_grpc import ChargingProfileActionServiceServicer
from ampline.v1.charging_profile_pb2 import ChargingProfile as KeptProfile
from server.api.lanes import Call, acting
from server.api.services import asked_profiles, reports_asked
from server.api.services.commands import Commanding, if_late
from server.domain import commands
from server.domain.charging_profiles import (
    GetChargingProfiles,
    Purpose,
    RateUnit,
    Source,
    faults,
)
from server.domain.errors import invalid_field, invalid_fields
from server.resources.charging_profiles import schedule_message
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.balancing import managed
from server.work.stations import charging_profiles


class ChargingProfileActionService(ChargingProfileActionServiceServicer):
    """Gives chargers limits, and takes them away."""

    def __init__(self, lane: WriteLane, commanding: Commanding) -> None:
        self._lane = lane
        self._commanding = commanding

    @acting
    async def SetChargingProfile(
        self, request: pb.SetChargingProfileRequest, call: Call
    ) -> pb.SetChargingProfileResponse:
        """Installs a profile, and keeps it once the charger has it."""
        await self._commanding.find(call, request.charge_point)
        command, kept_only = await self._lane.write(lambda unit: _prepared(unit, request))
        if kept_only is not None:
            return pb.SetChargingProfileResponse(charging_profile=kept_only)
        wanted = command.profile

        def keep(unit: Unit) -> KeptProfile:
            return charging_profiles.installed(
                unit, request.charge_point, wanted, Source.OPERATOR, request.session or None
            )

        late = if_late(self._lane, keep)
        answer = await self._commanding.send_to_known(call, request.charge_point, command, late)
        kept = await self._lane.write(keep)
        return pb.SetChargingProfileResponse(charger_status=answer.status, charging_profile=kept)

    @acting
    async def ClearChargingProfile(
        self, request: pb.ClearChargingProfileRequest, call: Call
    ) -> pb.ClearChargingProfileResponse:
        """Removes profiles, here too once the charger has forgotten them."""
        wanted = _cleared(request)
        await self._commanding.find(call, request.charge_point)
        within = await self._lane.write(
            lambda unit: managed.to_clear(unit, request.charge_point, wanted)
        )
        told, caps = ([wanted], []) if within is None else within
        status = ""
        for each in told:
            status = await self._clear(call, request.charge_point, each)
        await self._lane.write(lambda unit: _lift(unit, request.charge_point, caps))
        return pb.ClearChargingProfileResponse(charger_status=status)

    async def _clear(
        self, call: Call, charge_point: str, wanted: commands.ClearChargingProfile
    ) -> str:
        def keep(unit: Unit) -> None:
            charging_profiles.cleared(unit, charge_point, wanted)

        late = if_late(self._lane, keep)
        answer = await self._commanding.send_to_known(call, charge_point, wanted, late)
        await self._lane.write(keep)
        return answer.status

    @acting
    async def GetChargingProfiles(
        self, request: pb.GetChargingProfilesRequest, call: Call
    ) -> pb.GetChargingProfilesResponse:
        """Asks which profiles it has; of all of them, those that are gone show, too."""
        await self._commanding.find(call, request.charge_point)
        asked = await reports_asked.ask(
            self._lane,
            self._commanding,
            call,
            request.charge_point,
            lambda number: _asked(request, number),
            whole=_asked(request, 0).is_whole,
        )
        return pb.GetChargingProfilesResponse(charger_status=asked.answer.status)

    @acting
    async def GetCompositeSchedule(
        self, request: pb.GetCompositeScheduleRequest, call: Call
    ) -> pb.GetCompositeScheduleResponse:
        """Asks for the limits that come of all profiles together."""
        unit = RateUnit(request.rate_unit) if request.HasField("rate_unit") else None
        wanted = commands.GetCompositeSchedule(request.evse, request.duration.seconds, unit)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        response = pb.GetCompositeScheduleResponse(charger_status=answer.status)
        if answer.schedule is not None:
            response.schedule.CopyFrom(schedule_message(answer.schedule))
        return response


def _lift(unit: Unit, charge_point: str, caps: Sequence[int]) -> None:
    """Forgets caps on what a circuit gives."""
    for number in caps:
        charging_profiles.cleared(unit, charge_point, commands.ClearChargingProfile(number=number))
    if caps:
        managed.changed(unit, charge_point)


def _prepared(
    unit: Unit, request: pb.SetChargingProfileRequest
) -> tuple[commands.SetChargingProfile, KeptProfile | None]:
    """What the charger is to be told; or, in a circuit, what is kept as a cap on what that gives.
    RefusedError that names every field at fault."""
    told = _told(unit, request)
    charge_point = request.charge_point
    if not managed.is_kept(unit, charge_point, told.profile):
        return told, None
    session = request.session or None
    kept = charging_profiles.installed(unit, charge_point, told.profile, Source.OPERATOR, session)
    managed.changed(unit, charge_point)
    return told, kept


def _told(unit: Unit, request: pb.SetChargingProfileRequest) -> commands.SetChargingProfile:
    told = asked_profiles.profile(request)
    if wrong := dict(faults(told)):
        raise invalid_fields(wrong)
    if (told.purpose is Purpose.TX) != bool(request.session):
        raise invalid_field("session", "is needed for a TX profile, and for no other")
    if not told.number:
        number = charging_profiles.free_number(unit, request.charge_point)
        told = replace(told, number=number)
    if not request.session:
        return commands.SetChargingProfile(told)
    return charging_profiles.for_session(unit, told, request.charge_point, request.session)


def _asked(request: pb.GetChargingProfilesRequest, number: int) -> GetChargingProfiles:
    if request.profile_ids:
        return GetChargingProfiles(number, profiles=tuple(request.profile_ids))
    return GetChargingProfiles(
        number,
        request.evse if request.HasField("evse") else None,
        Purpose(request.purpose) if request.HasField("purpose") else None,
        request.stack_level if request.HasField("stack_level") else None,
    )


def _cleared(request: pb.ClearChargingProfileRequest) -> commands.ClearChargingProfile:
    if request.HasField("profile_id"):
        return commands.ClearChargingProfile(number=request.profile_id)
    return commands.ClearChargingProfile(
        evse=request.evse if request.HasField("evse") else None,
        purpose=Purpose(request.purpose) if request.HasField("purpose") else None,
        stack_level=request.stack_level if request.HasField("stack_level") else None,
    )
