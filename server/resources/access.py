"""API keys, portal operators, and what is kept of calls."""

from ampline.v1.api_key_pb2 import ApiKey
from ampline.v1.audit_entry_pb2 import AnonymousRefusal, AuditEntry
from ampline.v1.portal_operator_pb2 import PortalOperator
from server.resources.mapping import Computed, Mapping
from server.store import models


def _name(number: int) -> str:
    return f"auditEntries/{number}"


API_KEYS = Mapping(ApiKey, models.ApiKey, elsewhere=("secret",))
PORTAL_OPERATORS = Mapping(
    PortalOperator, models.PortalOperator, columns={"lock_expire_time": "locked_until"}
)
AUDIT_ENTRIES = Mapping(
    AuditEntry, models.AuditEntry, computed={"name": Computed(("number",), _name)}
)
ANONYMOUS_REFUSALS = Mapping(AnonymousRefusal, models.AnonymousRefusal)
