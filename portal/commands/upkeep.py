"""Commands that keep a charger well: restart, messages, files, lists, its vendor's own words."""

from typing import Any

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1.charge_point_maintenance_pb2 import GetLogRequest
from ampline.v1.local_list_pb2 import SendLocalListRequest
from portal.commands.charging import ACTIONS
from portal.commands.command import Command, Service, in_words, values_of
from portal.commands.places import FIRMWARE, RANGE, RETRIES, UPLOAD, WHOLE
from portal.forms import Field
from portal.kinds import Flag, Reference, Text
from portal.language import _, lazy
from portal.time_kinds import Moment
from portal.zones import zoned

UPKEEP = Service("ChargePointMaintenanceService", lambda api: api.charge_point_maintenance)
LISTS = Service("LocalListService", lambda api: api.local_lists)


def file_named(answer: Any) -> str:
    if answer.file_name:
        return _("It uploads %(file)s. You will find it among the logs.", file=answer.file_name)
    return _("It uploads what it has. You will find it among the logs.")


def list_version(answer: Any) -> str:
    if answer.list_version < 0:
        return _("The charger keeps no list.")
    return _(
        "The charger has version %(version)s of its list; 0 is an empty one.",
        version=answer.list_version,
    )


def list_sent(answer: Any) -> str:
    if not answer.charger_status:
        return _("The charger has the list as it should be; there was nothing to send.")
    return in_words(answer.charger_status)


def vendors_answer(answer: Any) -> str:
    told = in_words(answer.charger_status)
    return f"{told} {_('It sent back: %(data)s', data=answer.data)}" if answer.data else told


COMMANDS = {
    "reset": Command(
        ACTIONS,
        "Reset",
        lazy("Restart the charger"),
        lazy("Restart"),
        lazy("The charger will be away for a minute or two."),
        (
            Field(
                "kind",
                lazy("How"),
                values_of(
                    pb.ResetRequest.Kind,
                    SOFT=lazy("Soft: end sessions properly first"),
                    HARD=lazy("Hard: at once"),
                ),
            ),
            WHOLE,
        ),
        danger=True,
    ),
    "trigger": Command(
        ACTIONS,
        "TriggerMessage",
        lazy("Ask for a message"),
        lazy("Ask"),
        lazy("What the charger sends shows up in the message log."),
        (
            Field("message", lazy("Message"), values_of(pb.TriggerMessageRequest.Message)),
            WHOLE,
            Field("extended", lazy("By the security whitepaper's message (OCPP 1.6)"), Flag()),
        ),
    ),
    "disconnect": Command(
        UPKEEP,
        "Disconnect",
        lazy("Close its connection"),
        lazy("Disconnect"),
        lazy("It is expected to dial in again."),
        (Field("reason", lazy("Reason"), Text(), lazy("For the charger's log.")),),
        told=lambda answer: _("The connection is closed."),
    ),
    "firmware": Command(
        UPKEEP,
        "UpdateFirmware",
        lazy("Update the firmware"),
        lazy("Update"),
        lazy("The charger fetches it, installs it and restarts."),
        (
            Field(
                "firmware_image",
                lazy("Firmware"),
                Reference("firmware"),
                lazy("Or an address, below."),
            ),
            Field(
                "uri",
                lazy("Address of the file"),
                Text(),
                lazy("Of firmware that is not kept here."),
            ),
            Field(
                "retrieve_time",
                zoned("Not fetched before (%(zone)s)"),
                Moment(),
                lazy("Empty: now."),
            ),
            Field(
                "install_time",
                zoned("Not installed before (%(zone)s)"),
                Moment(),
                lazy("Of signed firmware."),
            ),
            *RETRIES,
            Field(
                "signature.signing_certificate",
                lazy("Signed with the certificate"),
                Text("textarea"),
                lazy("PEM, of what is at the address."),
            ),
            Field("signature.signature", lazy("Signature"), Text("textarea"), lazy("Base64.")),
            Field("without_signature", lazy("Sent without its signature"), Flag()),
        ),
        danger=True,
    ),
    "publish-firmware": Command(
        UPKEEP,
        "PublishFirmware",
        lazy("Offer firmware to the chargers behind it"),
        lazy("Offer"),
        lazy("Of a local controller: it fetches the firmware, and others fetch it there."),
        (FIRMWARE, *RETRIES),
        only_2x=True,
    ),
    "unpublish-firmware": Command(
        UPKEEP,
        "UnpublishFirmware",
        lazy("Offer firmware no more"),
        lazy("Withdraw"),
        lazy("Of a local controller."),
        (FIRMWARE,),
        only_2x=True,
    ),
    "diagnostics": Command(
        UPKEEP,
        "GetDiagnostics",
        lazy("Fetch diagnostics"),
        lazy("Fetch"),
        lazy("The charger uploads what it has logged."),
        (UPLOAD, *RANGE, *RETRIES),
        told=file_named,
    ),
    "log": Command(
        UPKEEP,
        "GetLog",
        lazy("Fetch a log"),
        lazy("Fetch"),
        lazy("The charger uploads it."),
        (
            Field(
                "kind",
                lazy("Which"),
                values_of(GetLogRequest.Kind, SECURITY=lazy("Security events")),
            ),
            UPLOAD,
            *RANGE,
            *RETRIES,
        ),
        told=file_named,
    ),
    "clear-cache": Command(
        UPKEEP,
        "ClearCache",
        lazy("Empty its authorization cache"),
        lazy("Empty it"),
        lazy("It forgets which cards it let charge."),
    ),
    "list-version": Command(
        UPKEEP,
        "GetLocalListVersion",
        lazy("Ask for the version of its local list"),
        lazy("Ask"),
        told=list_version,
    ),
    "send-list": Command(
        LISTS,
        "SendLocalList",
        lazy("Send its local list"),
        lazy("Send"),
        lazy("The ID tags by which it authorizes while it is offline."),
        (
            Field(
                "update",
                lazy("How much"),
                values_of(
                    SendLocalListRequest.Update,
                    empty=lazy("What has changed, where that is known"),
                    FULL=lazy("The whole list"),
                    DIFFERENTIAL=lazy("What has changed"),
                ),
            ),
        ),
        told=list_sent,
    ),
    "data-transfer": Command(
        UPKEEP,
        "SendDataTransfer",
        lazy("Send the vendor's own data"),
        lazy("Send"),
        lazy("What it means only the charger's vendor knows."),
        (
            Field("vendor_id", lazy("Vendor"), Text(), required=True, placeholder="com.example"),
            Field("message_id", lazy("Message"), Text()),
            Field("data", lazy("Data"), Text("textarea")),
        ),
        told=vendors_answer,
    ),
    "call": Command(
        UPKEEP,
        "CustomCall",
        lazy("Send any message"),
        lazy("Send"),
        lazy("Any call of the charger's version of OCPP; the payload must keep to its schema."),
        (
            Field("action", lazy("Action"), Text(), required=True, placeholder="GetConfiguration"),
            Field(
                "payload_json",
                lazy("Payload, as JSON"),
                Text("textarea"),
                required=True,
                assumed="{}",
            ),
        ),
        danger=True,
        told=lambda answer: _("The charger answered: %(payload)s", payload=answer.payload_json),
    ),
}
