"""What the tests of access start from."""

from datetime import UTC, datetime, timedelta

from lamis.base.scope import SYSTEM
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.people import actions
from lamis.people.models import Person
from lamis.people.passwords import hash_password
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PASSWORD = "correct horse battery"
HERE = "192.0.2.1"


def make_runtime(database: Database, *, signing: str = "s" * 48, **settings: object) -> Runtime:
    """A runtime with keys of its own; no `.env` and no variable reaches it."""
    keys = Keys(signing=signing, vault=Vault(["qIqpVU9hJX1tFTQd1L1yDs5yqkzSO2BVBzpRd5uhpcM="]))
    return Runtime(settings=Settings(_env_file=None, **settings), database=database, keys=keys)


def make_person(database: Database, name: str = "Vera", *, password: str | None = PASSWORD) -> str:
    """Somebody, with a password unless None; returns the id."""
    with database.write() as session:
        person_id = actions.add_person(session, SYSTEM, name=name, now=NOW).person_id
        if password:
            row = session.get(Person, person_id)
            assert row
            row.password_hash = hash_password(password)
    return person_id
