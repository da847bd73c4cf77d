"""Secrets kept by a form."""

from datetime import timedelta

from cryptography.fernet import Fernet

from lamis.base.clock import utc_now
from lamis.base.secrets import Vault
from lamis.web.kept import LIFE, Keeper

VAULT = Vault([Fernet.generate_key().decode()])
NOW = utc_now()
KEEPER = Keeper(VAULT, "olga", NOW)


def test_secrets_come_back_to_the_person_who_typed_them() -> None:
    sealed = KEEPER.seal({"password": "secret", "client_key_pem": ""})
    assert "secret" not in sealed
    assert KEEPER.open(sealed) == {"password": "secret"}


def test_nobody_else_opens_them_and_not_for_ever() -> None:
    sealed = KEEPER.seal({"password": "secret"})
    assert Keeper(VAULT, "petra", NOW).open(sealed) == {}
    late = NOW + LIFE + timedelta(seconds=1)
    assert Keeper(VAULT, "olga", late).open(sealed) == {}
    other = Vault([Fernet.generate_key().decode()])
    assert Keeper(other, "olga", NOW).open(sealed) == {}


def test_nothing_typed_is_nothing_kept() -> None:
    assert KEEPER.seal({"password": ""}) == ""
    assert KEEPER.open("") == {}
    assert KEEPER.open("nonsense") == {}
