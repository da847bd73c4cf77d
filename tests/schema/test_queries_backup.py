"""Tables read whole."""

from lamis.alerts.models import Label
from lamis.schema.queries_backup import ROWS_AT_ONCE, all_rows, is_empty
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database

LABEL = METADATA.tables["label"]


def test_every_row_is_read_once_in_chunks(database: Database) -> None:
    number = ROWS_AT_ONCE + 1
    with database.write() as session:
        session.add_all([Label(key=key, kind="rule", text=str(key)) for key in range(1, number + 1)])
    with database.read() as session:
        chunks = list(all_rows(session, LABEL))
    assert [len(chunk) for chunk in chunks] == [ROWS_AT_ONCE, 1]
    assert [row[0] for chunk in chunks for row in chunk] == list(range(1, number + 1))


def test_a_table_is_empty_until_its_first_row(database: Database) -> None:
    with database.write() as session:
        assert is_empty(session, LABEL)
        session.add(Label(key=1, kind="rule", text="1"))
        session.flush()
        assert not is_empty(session, LABEL)
