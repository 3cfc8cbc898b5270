"""How chargers prove who they are, changed in them and here together."""

import asyncio
from collections.abc import Callable
from functools import partial
from secrets import token_hex

from ampline.v1 import charge_point_security_pb2 as pb
from ampline.v1.charge_point_security_pb2_grpc import ChargePointSecurityServiceServicer
from server.api.lanes import Call, acting
from server.api.services.commands import Commanding
from server.domain.commands import CommandAnswer, Reset, ResetKind
from server.domain.errors import RefusedError
from server.domain.security_commands import SecurityProfile, SetPassword, SetSecurityProfile
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.access.passwords import hash_charger_password
from server.work.rules import Rules
from server.work.stations import security_profiles as verbs

REBOOT = "RebootRequired"
DRAWN_BYTES = 20
"""Of a password that we draw: told in hexadecimal digits, as 1.6 wants it (A00.FR.205)."""
Settling = Callable[[Unit, str, str], None]
_MAY_HAVE_COME = {"CHARGER_TIMEOUT"}


class ChargePointSecurityService(ChargePointSecurityServiceServicer):
    """Raises security profiles, changes passwords."""

    def __init__(self, lane: WriteLane, commanding: Commanding, rules: Rules) -> None:
        self._lane = lane
        self._commanding = commanding
        self._rules = rules

    @acting
    async def SetPassword(
        self, request: pb.SetPasswordRequest, call: Call
    ) -> pb.SetPasswordResponse:
        """Gives the charger a password."""
        await self._commanding.find(call, request.charge_point)
        answer = await self._give(request.charge_point, request.password, call)
        return pb.SetPasswordResponse(charger_status=word_of(answer))

    @acting
    async def SetSecurityProfile(
        self, request: pb.SetSecurityProfileRequest, call: Call
    ) -> pb.SetSecurityProfileResponse:
        """Sees to it that there is a password, if that is what it takes; then asks the charger."""
        name, profile = request.charge_point, SecurityProfile(request.security_profile)
        await self._commanding.find(call, name)
        url = await self._lane.write(
            partial(verbs.want, rules=self._rules, charge_point=name, profile=profile)
        )
        wanted = SetSecurityProfile(
            profile, url, request.configuration_slot or 2, request.ocpp_interface or "Wired0"
        )
        try:
            if profile is not SecurityProfile.TLS_CLIENT_CERTIFICATE:
                await self._require_password(name, call)
            answer = await self._commanding.send_to_known(call, name, wanted)
        except RefusedError as error:
            if error.reason not in _MAY_HAVE_COME:
                await self._lane.write(partial(verbs.want_no_more, charge_point=name))
            raise
        if word_of(answer) == REBOOT:
            await self._commanding.send_to_known(call, name, Reset(ResetKind.SOFT))
        return pb.SetSecurityProfileResponse(charger_status=word_of(answer))

    async def _require_password(self, name: str, call: Call) -> None:
        if not await self._lane.write(partial(verbs.has_password, charge_point=name)):
            await self._give(name, "", call)

    async def _give(self, name: str, password: str, call: Call) -> CommandAnswer:
        """A password, drawn if it is empty."""
        password = password or token_hex(DRAWN_BYTES)
        kept = hash_charger_password(password)

        def settle(verb: Settling) -> "asyncio.Future[None]":
            return self._lane.write(lambda unit: verb(unit, name, kept))

        await settle(verbs.promise)
        try:
            answer = await self._commanding.send_to_known(call, name, SetPassword(password))
        except RefusedError as error:
            if error.reason not in _MAY_HAVE_COME:
                await settle(verbs.dropped)
            raise
        if word_of(answer) != REBOOT:
            await settle(verbs.taken)
        return answer


def word_of(answer: CommandAnswer) -> str:
    """The charger's own word; of variables, each has one."""
    return answer.status or (answer.results[0].status if answer.results else "")
