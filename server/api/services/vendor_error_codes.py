"""Vendor error codes."""

from ampline.v1 import vendor_error_code_pb2 as pb
from ampline.v1.vendor_error_code_pb2_grpc import VendorErrorCodeServiceServicer
from server.api.bulk import Bulk
from server.api.changes import Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains, same
from server.resources.vendor_error_codes import MAPPING, code_key

vendor_error_codes = Crud(
    MAPPING,
    pb.ListVendorErrorCodesRequest,
    pb.ListVendorErrorCodesResponse,
    orders=("create_time", "error_code", "update_time"),
    filters={
        "vendor_id": same("vendor_key", code_key),
        "error_code": same("error_key", code_key),
        "text": contains("search_text"),
        "updated_since": at_least("update_time"),
    },
    particulars=Particulars(unique={"error_code": ("vendor_key", "error_key")}),
)
in_bulk = Bulk(vendor_error_codes)


class VendorErrorCodeService(VendorErrorCodeServiceServicer):
    """Keeps the meanings of vendors' error codes."""

    GetVendorErrorCode = vendor_error_codes.get
    ListVendorErrorCodes = vendor_error_codes.list
    CreateVendorErrorCode = vendor_error_codes.create
    UpdateVendorErrorCode = vendor_error_codes.update
    DeleteVendorErrorCode = vendor_error_codes.delete
    BatchGetVendorErrorCodes = in_bulk.get
    BatchCreateVendorErrorCodes = in_bulk.create
