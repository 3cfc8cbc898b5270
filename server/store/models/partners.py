"""Partners, and user groups."""

from peewee import BlobField, SmallIntegerField, TextField

from server.store.models.base import Resource


class Partner(Resource):
    """A company that we do business with. Its `partner` is itself: so it sees itself alone."""

    kind = SmallIntegerField()
    display_name = TextField(index=True)
    legal_name = TextField(null=True)
    registration_number = TextField(null=True)
    vat_number = TextField(null=True)
    address = BlobField(null=True)
    contacts = BlobField(null=True)
    access = BlobField(null=True)
    contract = BlobField(null=True)
    corporate_billing = BlobField(null=True)
    time_zone = TextField(null=True)
    search_text = TextField(default="")


class UserGroup(Resource):
    """A group of users. Who is in it stands in `User.groups`, found by `NestedReference`."""

    display_name = TextField(index=True)
    description = TextField(null=True)
    search_text = TextField(default="")
