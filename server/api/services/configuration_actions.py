"""Settings of a charger, read and set: what GetConfiguration and SetConfiguration do."""

from collections.abc import Sequence
from functools import partial

from ampline.v1 import charge_point_action_pb2 as pb
from server.api.lanes import Call
from server.api.services import reports_asked
from server.api.services.commands import Commanding, time_left
from server.domain import device_commands
from server.domain.commands import Command, CommandAnswer
from server.domain.device_model import Result, Setting
from server.domain.errors import invalid_field, invalid_fields, precondition
from server.resources.configuration_keys import from_setting, to_setting, to_wanted
from server.store.lane import WriteLane
from server.work.stations.settings import Conversation, Limits, limits_of


class ConfigurationActions:
    """Asks chargers for settings, and sets them."""

    def __init__(self, lane: WriteLane, commanding: Commanding) -> None:
        self._lane = lane
        self._commanding = commanding

    async def read(
        self, request: pb.GetConfigurationRequest, call: Call
    ) -> pb.GetConfigurationResponse:
        """What the request asks for; all, if that is nothing."""
        name, settings = request.charge_point, [to_setting(each) for each in request.settings]
        await self._commanding.find(call, name)
        _require_one_question(request)
        _require_variables("settings", settings)
        if settings:
            results = await self._read_variables(name, settings, call)
            return pb.GetConfigurationResponse(results=map(to_message, results))
        if request.keys:
            keys: Command = device_commands.GetConfiguration(tuple(request.keys))
            return _response(await self._commanding.send_to_known(call, name, keys))
        whole = not request.HasField("report") or request.report.base == pb.ConfigurationReport.FULL
        said = partial(_report, request)
        asked = await reports_asked.ask(self._lane, self._commanding, call, name, said, whole=whole)
        return _response(asked.answer, 0 if asked.answer.all_settings else asked.number)

    async def write(
        self, request: pb.SetConfigurationRequest, call: Call
    ) -> pb.SetConfigurationResponse:
        """Sets the key, or the settings."""
        name = request.charge_point
        await self._commanding.find(call, name)
        if bool(request.key) == bool(request.settings):
            raise invalid_field("key", "either `key` or `settings` is needed, and not both")
        if request.key:
            wanted = device_commands.SetConfiguration(request.key, request.value)
            answer = await self._commanding.send_to_known(call, name, wanted)
            return pb.SetConfigurationResponse(charger_status=answer.status)
        settings = [to_wanted(each) for each in request.settings]
        _require_told("settings[{}].setting.key", [each.setting.key for each in settings])
        limits = await self._limits(name)
        conversation = self._conversation(name, call)
        results = await conversation.set_all(settings, limits.set_together)
        _require_a_yes(name, results, conversation)
        return pb.SetConfigurationResponse(results=map(to_message, results))

    async def _read_variables(
        self, name: str, settings: Sequence[Setting], call: Call
    ) -> Sequence[Result]:
        limits = await self._limits(name)
        conversation = self._conversation(name, call)
        results = await conversation.get_all(settings, limits.get_together)
        _require_a_yes(name, results, conversation)
        return results

    async def _limits(self, name: str) -> Limits:
        return await self._commanding.reads.look_up(lambda rows: limits_of(rows, name))

    def _conversation(self, name: str, call: Call) -> Conversation:
        return Conversation(self._commanding.stations, name, time_left(call), call.gone)


def _report(request: pb.GetConfigurationRequest, number: int) -> Command:
    report = request.report
    if report.base or not request.HasField("report"):
        inventory = device_commands.Inventory(report.base or device_commands.Inventory.FULL)
        return device_commands.ReadConfiguration(number, inventory)
    return device_commands.GetReport(
        number,
        tuple(map(device_commands.Criterion, report.criteria)),
        tuple(map(to_setting, report.settings)),
    )


def _require_one_question(request: pb.GetConfigurationRequest) -> None:
    asked = [bool(request.keys), bool(request.settings), request.HasField("report")]
    if sum(asked) > 1:
        raise invalid_field("keys", "only one of keys, settings and report can be asked for")
    report = request.report
    if report.base and (report.criteria or report.settings):
        raise invalid_field("report.base", "knows neither criteria nor settings")
    if request.HasField("report") and not (report.base or report.criteria or report.settings):
        raise invalid_field("report.base", "is required without criteria and settings")
    _require_components("report.settings", [to_setting(each) for each in report.settings])


def _require_variables(field: str, settings: Sequence[Setting]) -> None:
    _require_components(field, settings)
    _require_told(f"{field}[{{}}].key", [setting.key for setting in settings])


def _require_components(field: str, settings: Sequence[Setting]) -> None:
    """Keys of OCPP 1.6 are asked for by `keys`."""
    _require_told(f"{field}[{{}}].component", [setting.component for setting in settings])


def _require_told(field: str, values: Sequence[str]) -> None:
    missing = [place for place, value in enumerate(values) if not value]
    if missing:
        raise invalid_fields({field.format(place): "is required" for place in missing})


def _require_a_yes(name: str, results: Sequence[Result], conversation: Conversation) -> None:
    """RefusedError if the charger said yes to none of them."""
    if any(result.accepted for result in results):
        return
    if conversation.refusal is not None:
        raise conversation.refusal
    first = results[0]
    answer = CommandAnswer(first.status, False, reason_code=first.reason_code)
    raise precondition("CHARGER_REJECTED", f"{name} answered {first.status}", **answer.said)


def to_message(result: Result) -> pb.ConfigurationResult:
    """A charger's word to one setting; the values of secrets are left out."""
    return pb.ConfigurationResult(
        setting=from_setting(result.setting),
        status=result.status,
        reason_code=result.reason_code,
        accepted=result.accepted,
        value="" if result.setting.is_secret else result.value,
    )


def _response(answer: CommandAnswer, number: int = 0) -> pb.GetConfigurationResponse:
    keys = [
        pb.GetConfigurationResponse.ConfigurationKey(
            key=told.setting.key,
            value="" if told.setting.is_secret else told.value,
            readonly=told.readonly,
        )
        for told in answer.configuration
    ]
    return pb.GetConfigurationResponse(
        configuration_keys=keys, unknown_keys=answer.unknown_keys, report_number=number
    )
