"""What the API takes in about connections."""

from lamis.api.drafts import ConnectionChange, NewConnection


def test_only_what_was_sent_and_belongs_to_the_connection_is_given() -> None:
    assert NewConnection(name="a", tenant="Acme", password=None).given() == {"name": "a", "password": None}
    assert ConnectionChange(is_active=False).given() == {}
