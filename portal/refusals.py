"""What the API refuses, in plain words."""

from flask import Flask

from ampline import AmplineError, DeadlineExceeded, Unavailable
from portal.language import _, lazy

REFUSALS = {
    "ACCESS_CHANGED": lazy("What you may see has changed. Load the page again."),
    "ACCESS_RESTRICTED": lazy("This charger is private and belongs to somebody else."),
    "CALLER_GONE": lazy("Nobody waited for the answer, so the charger did not get the command."),
    "CERTIFICATE_MISMATCH": lazy("This certificate is not of the key that was asked with."),
    "CERTIFICATE_STATE": lazy("The certificate is {state}: that cannot be done now."),
    "CHARGER_ERROR": lazy("The charger answered with an error: {error_code} {error_description}"),
    "CHARGER_OFFLINE": lazy("The charger is not connected, so it did not get the command."),
    "CHARGER_REJECTED": lazy("The charger said no: {status}. {reason_code} {reason_text}"),
    "CHARGER_TIMEOUT": lazy("The charger has the command, but did not answer in time."),
    "CHARGING_NOT_ALLOWED": lazy("The tariff that applies here does not allow charging."),
    "CIRCUIT_FULL": lazy("The circuit has no current left."),
    "CIRCUIT_OVERCOMMITTED": lazy("What nobody can lower would exceed the circuit's limit."),
    "CORPORATE_LIMIT_REACHED": lazy(
        "The company's limit for this month is used up, or no company pays for the user."
    ),
    "CURRENCY_MISMATCH": lazy("The tariff's currency is not the user's."),
    "DATABASE_UNAVAILABLE": lazy("The database cannot be reached. Try again in a moment."),
    "EVENT_EXPIRED": lazy("The event is not kept any more, so it cannot be sent again."),
    "EVSE_RESERVED": lazy("Somebody else has reserved this EVSE."),
    "EVSE_UNAVAILABLE": lazy("This charge point or EVSE is out of use."),
    "FEATURE_NOT_SUPPORTED": lazy("The OCPP version of this charger cannot do that."),
    "FIRMWARE_CAMPAIGN_EMPTY": lazy(
        "The campaign is for no charger that does not run this firmware yet."
    ),
    "FIRMWARE_CAMPAIGN_STATE": lazy("The campaign is {state}: that cannot be done now."),
    "FIRMWARE_IMAGE_READY": lazy(
        "This firmware has its file already. Another file is another firmware."
    ),
    "FIRMWARE_MISMATCH": lazy(
        "The firmware is for chargers of another vendor or model: {vendor} {model}."
    ),
    "GATEWAY_UNAVAILABLE": lazy(
        "The payment processor cannot be reached right now. Try again in a moment."
    ),
    "ID_TAG_DISABLED": lazy("The ID tag is disabled or suspended."),
    "ID_TAG_EXPIRED": lazy("The ID tag has expired."),
    "ID_TAG_NOT_ASSIGNED": lazy("The ID tag belongs to no user yet."),
    "ID_TAG_UNKNOWN": lazy("Nobody knows this ID tag."),
    "INSUFFICIENT_BALANCE": lazy("The balance is too low."),
    "INTERNAL_ERROR": lazy("Something is broken on our side. It is in the log as {request_id}."),
    "LOCATION_CLOSED": lazy("The location is closed now."),
    "MANAGED_BY_CIRCUIT": lazy("The limits of this charge point are its circuit's to set."),
    "MONTH_NOT_OVER": lazy("{month} is not over yet in {time_zone}."),
    "MONTH_OUT_OF_TURN": lazy("Months are settled one after another; {month} comes first."),
    "MONTH_SETTLED": lazy("That month is settled. What became known since is part of {month}."),
    "NOTHING_BOUGHT": lazy("Nothing is to be paid for that, so there is nothing to write."),
    "NOTHING_TO_PAY": lazy("There is nothing to be paid."),
    "NOT_BILLED": lazy("The session has no bill yet."),
    "NOT_SIGNED_IN": lazy("Only somebody who signed in has a password and codes."),
    "NO_FILE": lazy("There is no file to be fetched, yet or any more."),
    "NO_PAYMENT_GATEWAY": lazy("Nothing is set up that could take or pay back such a payment."),
    "NO_SUBSCRIPTION": lazy("The user has no subscription that could be ended."),
    "NO_TARIFF": lazy("No tariff applies here, and nobody may charge for nothing."),
    "PAYMENT_REFUSED": lazy("The payment was refused."),
    "PAYMENT_UNDER_WAY": lazy("The payment is just being asked for. Try again in a moment."),
    "PERMISSION_MISSING": lazy("Your role does not allow this."),
    "PLAN_NOT_AVAILABLE": lazy("The plan is not on offer, or not for this user."),
    "PREVIOUS_SESSION_UNPAID": lazy("The user has not paid an earlier session yet."),
    "REFUND_TOO_LARGE": lazy("More than that was not paid, or was paid back already."),
    "REFUND_UNDER_WAY": lazy("It is being paid back already."),
    "RECEIPT_TOO_LONG": lazy("More was bought in the month than stands on one receipt."),
    "RESERVATION_NOT_ACTIVE": lazy("The reservation is over."),
    "RESERVATION_NOT_ALLOWED": lazy("This EVSE cannot be reserved; its form says so."),
    "RESOURCE_IN_USE": lazy("It is still in use by {referrers}, so it cannot be deleted."),
    "SESSION_HAS_USER": lazy("The session has its user already."),
    "SESSION_LIMIT_REACHED": lazy("The user already has as many sessions as allowed."),
    "SESSION_NOT_ACTIVE": lazy("The session is not running."),
    "SHUTTING_DOWN": lazy("The server is restarting. Try again in a moment."),
    "STALE_ETAG": lazy(
        "Somebody else changed this in the meantime. Load it again to see their change."
    ),
    "SUBSCRIPTION_EXISTS": lazy("The user has a subscription that is not over."),
    "SUBSCRIPTION_REQUIRED": lazy("The user pays by subscription, and has none."),
    "TOO_MANY_REQUESTS": lazy("Too many calls at once. Try again in a moment."),
    "TOTP_STATE": lazy("Codes are not set up, or are in use already."),
    "TRANSACTION_NOT_OUTSIDE": lazy("The platform makes this payment itself."),
    "TRANSACTION_STATE": lazy("A payment in this state cannot do that."),
    "USER_DISABLED": lazy("The user is disabled."),
    "VOUCHER_NOT_REDEEMABLE": lazy("The user cannot redeem this voucher now."),
    "VOUCHER_USED": lazy("The voucher was used; what it is worth stays, and so does it."),
    "WEBHOOK_DISABLED": lazy("Nothing is sent to a webhook that is disabled."),
    "WRONG_CURRENCY": lazy("The currency is not the user's, which is {expected}."),
}


class _Given(dict[str, str]):
    """Metadata in which what is missing reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def register(app: Flask) -> None:
    app.add_template_filter(reason_words)


def reason_words(reason: str) -> str:
    """A reason in plain words, without a full stop: of a start that was refused."""
    plain = str(REFUSALS.get(reason) or reason.replace("_", " ").lower())
    return plain.removesuffix(".")


def refusal(error: AmplineError) -> str:
    """What went wrong, in plain words."""
    plain = REFUSALS.get(error.reason)
    if plain:
        return plain.format_map(_Given(error.metadata)).strip()
    if isinstance(error, Unavailable):
        return _("The platform cannot be reached right now.")
    if isinstance(error, DeadlineExceeded):
        return _("The platform did not answer in time.")
    return error.message or _("The platform refused, and did not say why.")
