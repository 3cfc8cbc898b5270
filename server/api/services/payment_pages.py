"""Where payers go on, as answers tell it."""

from ampline.v1 import payment_page_pb2 as pb
from server.domain.payments import Page


def page_message(page: Page | None) -> pb.PaymentPage | None:
    """A page as it is shown; None if there is none."""
    return pb.PaymentPage(url=page.url, client_secret=page.client_secret) if page else None
