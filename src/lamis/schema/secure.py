"""What PostgreSQL holds besides tables: who may touch which rows, and days of alerts as partitions.

Everything here is made anew each time, as the owner of the tables, so a later version may change it.
Each tenant's rows are behind a policy that reads the setting `lamis.scope` of the transaction (`all`,
or keys by commas; nothing lets nothing through), on the owner too. Partitions are reached through
their parents only. The words of the text index stand behind a view instead: a policy would keep
PostgreSQL from using the index, as its operator is not leakproof.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text

from lamis.schema.tables import METADATA
from lamis.storage.scopes import SETTING

ALL = f"(SELECT current_setting('{SETTING}', true) = 'all')"
_KEYS = f"(SELECT string_to_array(nullif(current_setting('{SETTING}', true), 'all'), ',')::bigint[])"
# Tables of people and of the installation, which belong to no tenant; and where the tenant stands elsewhere.
OF_NOBODY = frozenset(
    {
        "chore",
        "document_dictionary",
        "failed_sign_in",
        "incident_counter",
        "installation_state",
        "label",
        "lease",
        "membership",
        "password_link",
        "person",
        "source_index",
        "web_session",
    }
)
_STREAM = "CASE WHEN stream LIKE 'tenant:%' THEN {} ELSE true END"
_TENANT_OF_STREAM = "substr(stream, 8)::bigint"


def secure(connection: Connection, *, role: str) -> None:
    """Lock every tenant's rows, make the functions for days, and give `role` what it needs."""
    for statement in statements():
        connection.execute(text(statement.replace(":", r"\:")))
    owner = connection.scalar(text("SELECT current_user"))
    if role != owner:
        for statement in grants(role):
            connection.execute(text(statement))


def let_read_revision(connection: Connection, *, role: str) -> None:
    """What a role needs of tables of an older revision, which it does not serve: to see that they are."""
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {_quoted(role)}"))


def statements() -> Iterator[str]:
    """The statements that lock and that make functions, in order."""
    for table in METADATA.sorted_tables:
        if table.name not in OF_NOBODY:
            yield from _locked(table.name, condition(table))
    yield from _locked("alert_origin", _through("connection", "connection_key"))
    yield (
        "CREATE OR REPLACE VIEW alert_text AS SELECT alert_key, words FROM alert_word"  # noqa: S608
        f" WHERE {_sees('tenant_key')}"
    )
    yield from _FUNCTIONS
    yield "DO $$ DECLARE part regclass; BEGIN" + _EACH_PARTITION + " END $$"


def condition(table: Table) -> str:
    """When a row of `table` may be touched. Raises LookupError for a table whose owner cannot be told."""
    columns = table.columns
    if table.name == "tenant":
        return _sees("key")
    if "tenant_key" in columns:
        nobody = " OR tenant_key IS NULL" if columns["tenant_key"].nullable else ""
        return _sees("tenant_key") + nobody
    if "stream" in columns:
        return f"{ALL} OR {_STREAM.format(_sees(_TENANT_OF_STREAM))}"
    for column in columns:
        for key in column.foreign_keys:
            if key.column.table.name not in OF_NOBODY:
                return _through(key.column.table.name, column.name, key.column.name)
    if "connection_key" in columns:
        return _through("connection", "connection_key")
    raise LookupError(f"{table.name}: give it a tenant_key or a foreign key, or name it in OF_NOBODY")


def grants(role: str) -> Iterator[str]:
    """What the role that serves needs: rows, not tables."""
    name = _quoted(role)
    yield f"GRANT USAGE ON SCHEMA public TO {name}"
    tables = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables}, alert_origin TO {name}"
    yield f"GRANT INSERT, DELETE ON alert_word TO {name}"
    yield f"GRANT SELECT (alert_key) ON alert_word TO {name}"
    yield f"GRANT SELECT ON alert_text, alembic_version TO {name}"
    yield f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {name}"
    yield f"GRANT EXECUTE ON FUNCTION lamis_add_day(integer), lamis_drop_day(integer) TO {name}"


def _quoted(role: str) -> str:
    return '"' + role.replace('"', '""') + '"'


def _sees(expression: str) -> str:
    return f"({ALL} OR {expression} = ANY ({_KEYS}::bigint[]))"


def _through(parent: str, column: str, key: str = "key") -> str:
    return f'({ALL} OR EXISTS (SELECT FROM "{parent}" p WHERE p."{key}" = "{column}"))'


def _locked(table: str, condition: str) -> Iterator[str]:
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS lamis_scope ON "{table}"'
    yield f'CREATE POLICY lamis_scope ON "{table}" USING ({condition})'


# A partition has no policy of its own: through its parent the parent's counts; by its name none is seen.
_EACH_PARTITION = """
  FOR part IN SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class c ON c.oid = inhparent
    WHERE c.relname IN ('alert', 'alert_document', 'alert_tag', 'alert_address') AND c.relkind = 'p' LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', part);
  END LOOP;
"""
# A day that already has rows among the rest stays there: moving them would hold everybody up.
_ADD_DAY = """
CREATE OR REPLACE FUNCTION lamis_add_day(day integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  low bigint := (day::bigint * 86400000) << 20;
  high bigint := ((day + 1)::bigint * 86400000) << 20;
  suffix text := '_' || to_char(date '2000-01-01' + day, 'YYYYMMDD');
  scope text := current_setting('SETTING', true);
  is_among_rest boolean;
  parent text;
BEGIN
  IF to_regclass('alert' || suffix) IS NOT NULL THEN
    RETURN true;
  END IF;
  PERFORM set_config('SETTING', 'all', true);
  is_among_rest := EXISTS (SELECT FROM alert WHERE key >= low AND key < high);
  PERFORM set_config('SETTING', coalesce(scope, ''), true);
  IF is_among_rest THEN
    RETURN false;
  END IF;
  FOREACH parent IN ARRAY TABLES LOOP
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', parent || suffix, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
      parent, parent || suffix, low, high);
    IF parent <> 'alert_word' THEN
      EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', parent || suffix);
      EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', parent || suffix);
    END IF;
  END LOOP;
  RETURN true;
END $$"""
_DROP_DAY = """
CREATE OR REPLACE FUNCTION lamis_drop_day(day integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  suffix text := '_' || to_char(date '2000-01-01' + day, 'YYYYMMDD');
  parent text;
BEGIN
  FOREACH parent IN ARRAY TABLES LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I', parent || suffix);
  END LOOP;
END $$"""
_IN_NETWORK = """
CREATE OR REPLACE FUNCTION lamis_in_network(addresses bytea, low bytea, high bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT FROM generate_series(1, length(addresses), 16) place
    WHERE substr(addresses, place, 16) BETWEEN low AND high)
$$"""
_TABLES = "ARRAY['alert', 'alert_document', 'alert_tag', 'alert_address', 'alert_word']"
_FUNCTIONS = (
    *(
        one.replace("SETTING", SETTING).replace("TABLES", _TABLES)
        for one in (_IN_NETWORK, _ADD_DAY, _DROP_DAY)
    ),
    "REVOKE ALL ON FUNCTION lamis_add_day(integer), lamis_drop_day(integer) FROM PUBLIC",
)
