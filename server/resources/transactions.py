"""Transactions."""

from ampline.v1.transaction_pb2 import Transaction
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(Transaction, models.Transaction)
