"""Entries of the ledger."""

from ampline.v1.balance_entry_pb2 import BalanceEntry
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(BalanceEntry, models.BalanceEntry)
