"""How the current of circuits is shared."""

from datetime import timedelta

from ampline.v1 import circuit_balancing_pb2 as pb
from ampline.v1.circuit_balancing_pb2_grpc import CircuitBalancingServiceServicer
from server.api.lanes import Call, reading, writing
from server.api.services.circuits import circuits
from server.domain.errors import invalid_field
from server.store.clock import now_us
from server.store.reads import Rows
from server.store.unit import Unit
from server.work.balancing import consumption, said, sites, supplies
from server.work.balancing.circuits import root_of
from server.work.balancing.sites import Position, Site

BOOSTED_FOR = timedelta(hours=1)
CHARTED = timedelta(days=1)
FARTHEST = timedelta(days=92)
"""The longest stretch of one chart."""
MOST_POINTS = 200
_MICROSECOND = timedelta(microseconds=1)


class CircuitBalancingService(CircuitBalancingServiceServicer):
    """Shows how circuits are shared, and lets somebody have a say in it."""

    @reading
    def InspectCircuit(
        self, request: pb.InspectCircuitRequest, call: Call, rows: Rows
    ) -> pb.CircuitState:
        """What flows now, and who has what; of another's charge points a partner sees nothing."""
        circuits.find(rows, request.name, call.caller)
        site = sites.load(rows, root_of(rows, request.name), now_us())
        state = pb.CircuitState(
            circuit=request.name, consumption=consumption.of_circuit(site, request.name)
        )
        told = site.shares[request.name].reading
        if told is not None:
            state.reading_time.FromMicroseconds(told.time)
        for position in sorted(site.positions, key=lambda each: each.outlet.evse):
            inside = request.name in sites.path_of(site.shares, position.outlet.circuit)
            if inside and call.caller.partner in {None, position.outlet.partner}:
                state.members.append(_member(site, position))
        return state

    @reading
    def SummarizeCircuit(
        self, request: pb.SummarizeCircuitRequest, call: Call, rows: Rows
    ) -> pb.SummarizeCircuitResponse:
        """What flowed, for a chart."""
        circuits.find(rows, request.name, call.caller)
        until = request.end_time.ToMicroseconds() if request.HasField("end_time") else now_us()
        since = until - CHARTED // _MICROSECOND
        if request.HasField("start_time"):
            since = request.start_time.ToMicroseconds()
        if not 0 <= until - since <= FARTHEST // _MICROSECOND:
            raise invalid_field(
                "start_time", f"must be at most {FARTHEST.days} days before end_time"
            )
        points = consumption.between(rows, request.name, since, until)
        most = request.max_points or MOST_POINTS
        return pb.SummarizeCircuitResponse(points=consumption.summary(points, most))

    @writing
    def ReportMeterReading(
        self, request: pb.ReportMeterReadingRequest, call: Call, unit: Unit
    ) -> pb.ReportMeterReadingResponse:
        """Keeps what the circuit's meter shows."""
        circuits.find(unit, request.name, call.caller)
        measured = request.measured or pb.ReportMeterReadingRequest.UNMANAGED
        phases = (request.l1_a, request.l2_a, request.l3_a)
        response = pb.ReportMeterReadingResponse()
        until = said.reading(unit, request.name, measured, phases)
        response.expire_time.FromMicroseconds(until)
        return response

    @writing
    def SetPriority(
        self, request: pb.SetPriorityRequest, call: Call, unit: Unit
    ) -> pb.SetPriorityResponse:
        """Says how a session stands."""
        circuits.find(unit, request.name, call.caller)
        weight = request.weight if request.HasField("weight") else 1.0
        said.stand(
            unit, request.name, request.session, request.priority, weight, call.caller.partner
        )
        return pb.SetPriorityResponse()

    @writing
    def BoostSession(
        self, request: pb.BoostSessionRequest, call: Call, unit: Unit
    ) -> pb.BoostSessionResponse:
        """Lets a session go before all others for a while."""
        circuits.find(unit, request.name, call.caller)
        lasts = BOOSTED_FOR // _MICROSECOND
        if request.HasField("duration"):
            lasts = request.duration.ToMicroseconds()
        until = unit.now + lasts if lasts else 0
        said.boost(unit, request.name, request.session, until, call.caller.partner)
        response = pb.BoostSessionResponse()
        if until:
            response.boost_until.FromMicroseconds(until)
        return response


def _member(site: Site, position: Position) -> pb.CircuitState.Member:
    outlet, supply = position.outlet, position.supply
    assert outlet.session is not None
    member = pb.CircuitState.Member(
        evse=outlet.evse,
        session=outlet.session.name,
        circuit=outlet.circuit,
        asked_a=supply.asked_a,
        granted_a=supply.granted_a,
        allowed_a=supply.allowed_a,
        bound_a=site.bound_a(position),
        waiting=supply.waits,
        resting=supply.rests,
        turn=supply.place.turn,
        phases=[phase + 1 for phase in site.phases_of(outlet, supply)],
    )
    if supply.drawn is not None:
        member.drawn.CopyFrom(supplies.phase_currents(supply.drawn.phases_a))
    if outlet.session.boost_until > site.now:
        member.boost_until.FromMicroseconds(outlet.session.boost_until)
    return member
