"""A client that issues receipts of sessions as they are billed; it calls until it is answered."""

import asyncio
from contextlib import suppress

from ampline.v1.receipt_pb2 import IssueReceiptRequest
from ampline.v1.session_pb2 import ListSessionsRequest, Session
from tests.faults.treasurer import Treasurer

BILLED = ListSessionsRequest(billing_state=Session.BILLING_COMPLETED, page_size=50)
LOOK_AGAIN = 0.1
"""Seconds until it looks for more, where every session that it sees has its receipt."""


class Clerk(Treasurer):
    """Takes the newest sessions first, one after the other; each receipt has a request_id."""

    async def work(self) -> None:
        """Works until it is enough."""
        while not self._known.enough.is_set():
            page = await self._until_answered(lambda api: api.sessions.ListSessions, BILLED)
            names = [each.name for each in page.sessions if each.name not in self._known.receipts]
            for name in names:
                await self.issue(name)
            if not names:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._known.enough.wait(), LOOK_AGAIN)

    async def issue(self, session: str) -> None:
        """The session's receipt."""
        request = IssueReceiptRequest(session=session, request_id=self._request_id())
        receipt = await self._twice(lambda api: api.receipts.IssueReceipt, request)
        self._known.receipts[session] = receipt.number
        self._known.one_more()
