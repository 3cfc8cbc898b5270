"""Vouchers."""

import secrets

from ampline.v1 import voucher_pb2 as pb
from ampline.v1.voucher_pb2_grpc import VoucherServiceServicer
from server.api.bulk import Bulk
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, same
from server.domain.errors import RefusedError, invalid_field, precondition
from server.resources.vouchers import MAPPING, code_key, faults_of

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: none looks like another
_GROUPS, _GROUP = 4, 4


def _prepare(change: Change[pb.Voucher]) -> None:
    """A new voucher has a code; what was used keeps its worth."""
    after = change.after
    after.max_uses = after.max_uses or 1
    if change.before is None:
        after.code = after.code or _new_code()
    elif after.use_count and after.amount != change.before.amount:
        raise _used(after)
    elif after.max_uses < after.use_count:
        raise invalid_field("voucher.max_uses", f"it was used {after.use_count} times already")


def _require_unused(change: Change[pb.Voucher]) -> None:
    if change.after.use_count:
        raise _used(change.after)


def _new_code() -> str:
    """80 random bits, in groups of four letters."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _used(voucher: pb.Voucher) -> RefusedError:
    count = str(voucher.use_count)
    return precondition("VOUCHER_USED", f"{voucher.name} was used {count} times", use_count=count)


vouchers = Crud(
    MAPPING,
    pb.ListVouchersRequest,
    pb.ListVouchersResponse,
    orders=("create_time", "code", "end_time", "update_time"),
    filters={"code": same("code_key", code_key), "updated_since": at_least("update_time")},
    particulars=Particulars(
        faults=faults_of, prepare=_prepare, removed=_require_unused, unique={"code": ("code_key",)}
    ),
)
in_bulk = Bulk(vouchers)


class VoucherService(VoucherServiceServicer):
    """Keeps vouchers."""

    GetVoucher = vouchers.get
    ListVouchers = vouchers.list
    CreateVoucher = vouchers.create
    UpdateVoucher = vouchers.update
    DeleteVoucher = vouchers.delete
    BatchGetVouchers = in_bulk.get
    BatchCreateVouchers = in_bulk.create
