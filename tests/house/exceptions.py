"""What the house checks let pass, each with its reason. An entry that is no longer needed fails the build."""

from collections.abc import Mapping


def settle(found: set[str], allowed: Mapping[str, str]) -> None:
    """Fail with the names of what is neither right nor allowed, or allowed and no longer there."""
    wrong = sorted(found - allowed.keys())
    assert not wrong, "against the house: " + ", ".join(wrong)
    stale = sorted(allowed.keys() - found)
    assert not stale, "an exception no longer needed: " + ", ".join(stale)


# Public functions of a room with tenants' rows that take neither scope nor actor.
_COLLECTOR = "the collector's: a batch names its connection, and that its tenant"
_CLOCK = "the workers' own: takes the next due row, whoever it belongs to"
_CHORES = "chores belong to the installation, not to a tenant"
WITHOUT_SCOPE: dict[str, str] = {
    "alerts.actions.store": _COLLECTOR,
    "alerts.actions.store_findings": _COLLECTOR,
    "incidents.actions.receive": _COLLECTOR,
    "incidents.actions.receive_findings": _COLLECTOR,
    "blocking.queries_lists.list_of_token": "the token is the right: it names the tenant",
    "connections.queries.resting": "one fact about the installation's disk",
    "tasks.actions.claim_task": _CLOCK,
    "tasks.queries.due_task": _CLOCK,
    "tasks.queries.is_anything_due": _CLOCK,
    "tasks.actions.start_over": "the start of the one serving process: nobody holds anything",
    "tasks.actions.forget_finished": "housekeeping by age, whoever asked for the task",
    "tasks.actions.claim_chore": _CHORES,
    "tasks.actions.ensure_chores": _CHORES,
    "tasks.queries.all_chores": _CHORES,
    "tasks.queries.due_chore": _CHORES,
}

# Modules that end a transaction below the doors.
COMMITS: dict[str, str] = {
    "schema/migrate.py": "a migration is a door's whole step, on its own connection",
}

# Modules with a `select()` of their own outside a room's queries.
SELECTS: dict[str, str] = {}

# Modules with logic whose tests are elsewhere.
WITHOUT_MIRROR: dict[str, str] = {}

# Files longer than the house allows.
LONG_FILES: dict[str, str] = {}

# Functions longer than the house allows.
LONG_FUNCTIONS: dict[str, str] = {}
