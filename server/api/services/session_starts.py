"""Sessions that are started from afar: PENDING first, then the charger is asked to begin."""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1 import session_pb2
from server.api import references
from server.api.lanes import Call
from server.api.services import asked_profiles
from server.api.services.commands import Commanding, if_late, require_known
from server.api.services.payment_pages import page_message
from server.domain.charging_profiles import ChargingProfile, Source, faults
from server.domain.errors import RefusedError, invalid_field, invalid_fields
from server.domain.payments import Page, State, Told
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.balancing import managed
from server.work.gateways.carrying import Gateways
from server.work.rules import Rules
from server.work.sessions import announce, remote, unpaid
from server.work.stations import charging_profiles


class _Begun(NamedTuple):
    """The PENDING session, what to tell its charger, and the profile that goes along."""

    prepared: remote.Prepared
    profile: ChargingProfile | None = None


class SessionStarts:
    """What starts them."""

    def __init__(
        self, lane: WriteLane, commanding: Commanding, rules: Rules, gateways: Gateways
    ) -> None:
        self._lane = lane
        self._commanding = commanding
        self._rules = rules
        self._gateways = gateways

    async def start(self, request: pb.StartSessionRequest, call: Call) -> pb.StartSessionResponse:
        """Makes the PENDING session, has reserved what it may cost if its payment calls for that,
        then asks the charger to begin."""
        prepared, profile = await self._lane.write(lambda unit: self._begin(unit, request, call))
        if prepared.payment is not None:
            told = await self._reserved(request, prepared, prepared.payment)
            begin = partial(remote.begin_reserved, rules=self._rules, payment=prepared.payment)
            if told.state is State.PENDING or await self._lane.write(begin) is None:
                return await self._answer(prepared.session, "", told.page)
        session, command = prepared.session, prepared.command

        def keep(unit: Unit) -> None:
            if profile is not None:
                charging_profiles.installed(
                    unit, request.charge_point, profile, Source.SESSION, session
                )

        late = if_late(self._lane, keep)
        try:
            answer = await self._commanding.send_to_known(call, request.charge_point, command, late)
        except RefusedError as error:
            if error.reason in remote.NOT_SENT:
                await self._fail(session, error.metadata.get("status") or error.reason)
            raise
        if profile is not None:
            await self._lane.write(keep)
        return await self._answer(session, answer.status)

    async def _reserved(
        self, request: pb.StartSessionRequest, prepared: remote.Prepared, payment: str
    ) -> Told:
        """AUTHORIZED, or PENDING while the driver has to go on."""
        options = request.payment_page if request.HasField("payment_page") else None
        try:
            if options is not None:
                told = await self._gateways.page(payment, options.return_url or None)
            else:
                told = await self._gateways.carry_on(payment) or Told(State.PENDING)
        except OSError as error:
            await self._fail(prepared.session, "GATEWAY_UNAVAILABLE")
            raise unpaid.unreachable(payment, error) from error
        if told.state not in (State.PENDING, State.AUTHORIZED):
            await self._fail(prepared.session, told.failure_reason or "PAYMENT_REFUSED")
            raise unpaid.not_made(payment, told.failure_reason)
        return told

    async def _fail(self, session: str, why: str) -> None:
        await self._lane.write(lambda unit: remote.start_failed(unit, session, why))

    async def _answer(
        self, session: str, status: str, page: Page | None = None
    ) -> pb.StartSessionResponse:
        told = await self._commanding.reads.look_up(
            lambda rows: announce.read_session(rows, session)
        )
        return pb.StartSessionResponse(
            charger_status=status, session=told, payment_page=page_message(page)
        )

    def _begin(self, unit: Unit, request: pb.StartSessionRequest, call: Call) -> _Begun:
        partner = call.caller.partner
        if partner is not None:
            require_known(unit, call, request.charge_point)
            references.check(unit, request, ("user", "id_tag", "reservation"), "", partner)
        prepared = remote.prepare_start(unit, self._rules, _wanted(request))
        if not request.HasField("charging_profile"):
            return _Begun(prepared)
        if request.HasField("payment_page"):
            told = "cannot be kept until the driver has paid: set it once the session runs"
            raise invalid_field("charging_profile", told)
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
        by_page=request.HasField("payment_page"),
    )
