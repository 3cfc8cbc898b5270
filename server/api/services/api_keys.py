"""API keys. Who changes one forgets what is remembered of it, so that it is in force at once."""

from typing import Any

from google.protobuf.empty_pb2 import Empty

from ampline.v1 import api_key_pb2 as pb
from ampline.v1.api_key_pb2_grpc import ApiKeyServiceServicer
from server.api.authentication import Authentication
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.lanes import Call, acting
from server.api.services import principals
from server.resources.access import API_KEYS
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.access import keys


def _prepare(change: Change[pb.ApiKey]) -> None:
    """Gives a new key its secret, which goes no further than into the answer."""
    if change.before is None:
        secret = keys.new_secret()
        change.columns |= {"secret_hash": secret.hash, "prefix": secret.prefix}
        change.answer_only = pb.ApiKey(secret=secret.text).SerializeToString()


api_keys = Crud(
    API_KEYS,
    pb.ListApiKeysRequest,
    pb.ListApiKeysResponse,
    orders=("create_time", "display_name"),
    particulars=Particulars(prepare=_prepare, faults=principals.faults_of),
)


class ApiKeyService(ApiKeyServiceServicer):
    """Keeps API keys."""

    GetApiKey = api_keys.get
    ListApiKeys = api_keys.list
    CreateApiKey = api_keys.create

    def __init__(self, lane: WriteLane, authentication: Authentication) -> None:
        self._lane = lane
        self._authentication = authentication

    @acting
    async def UpdateApiKey(self, request: Any, call: Call) -> bytes:
        """Changes a key."""
        answer: bytes = await self._lane.write(lambda unit: api_keys.update(request, call, unit))
        self._authentication.forget_principal(request.api_key.name)
        return answer

    @acting
    async def DeleteApiKey(self, request: Any, call: Call) -> Empty:
        """Removes a key."""
        await self._lane.write(lambda unit: api_keys.delete(request, call, unit))
        self._authentication.forget_principal(request.name)
        return Empty()

    @acting
    async def RevokeApiKey(self, request: Any, call: Call) -> pb.ApiKey:
        """Makes a key worthless, for good."""

        def revoke(unit: Unit) -> bytes:
            row = api_keys.find(unit, request.name, call.caller, lock=True)
            before = API_KEYS.to_message(row)
            if before.HasField("revoke_time"):
                return API_KEYS.to_bytes(row)
            change = Change(unit, call.caller, request, row[-1], before, before)
            change.changed = ["revoke_time"]
            return api_keys.write(change, {"revoke_time": unit.now})

        answer = await self._lane.write(revoke)
        self._authentication.forget_principal(request.name)
        return pb.ApiKey.FromString(answer)
