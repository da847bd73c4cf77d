"""Testing and saving what a form says about a source or a firewall: nothing is saved that fails its test."""

from collections.abc import Mapping
from dataclasses import dataclass

from lamis.access.statuses import status_of
from lamis.access.trials import tenant_for, try_draft
from lamis.base.errors import Conflict, Invalid, LamisError, NotFound
from lamis.base.scope import Permission
from lamis.base.secrets import SecretUnreadable
from lamis.connections import actions
from lamis.connections.drafts import parse_draft
from lamis.connections.endpoints import unseal
from lamis.connections.models import Connection
from lamis.connections.types import TestResult
from lamis.web.forms import Form
from lamis.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a form: how its test went, what was wrong, or as what it is `saved`."""

    tested: TestResult | None = None
    error: LamisError | None = None
    saved: Connection | None = None

    @property
    def status(self) -> int:
        """Of the page that shows the form again."""
        if self.error is not None:
            return status_of(self.error)
        return 200 if self.tested is None or self.tested.is_ok else 422


def add(visit: Visit, form: Form, values: Mapping[str, object]) -> Outcome:
    """A new connection. Raises NotAllowed in a tenant where the person may add none."""
    is_trial = _is_trial(form)
    tested: TestResult | None = None
    try:
        with visit.read() as session:
            tenant = tenant_for(session, visit.actor, form.text("tenant") or None)
        visit.actor.require(Permission.MANAGE_CONNECTIONS, tenant.key)
        draft = parse_draft(values)
        tested = try_draft(visit.runtime, visit.actor, draft, is_trial=is_trial)
        if is_trial or not tested.is_ok:
            return Outcome(tested)
        with visit.write() as session:
            saved = actions.add_connection(
                session,
                visit.actor,
                draft,
                tenant_key=tenant.key,
                vault=visit.runtime.keys.vault,
                tested=tested,
                now=visit.now,
            )
    except (Invalid, Conflict, NotFound) as error:
        return Outcome(tested, error)
    return Outcome(tested, saved=saved)


def edit(visit: Visit, stored: Connection, form: Form, values: Mapping[str, object]) -> Outcome:
    """Changes to `stored`; its secrets count where `values` leave them blank."""
    is_trial = _is_trial(form)
    tested: TestResult | None = None
    try:
        draft = parse_draft(values)
        tested = try_draft(visit.runtime, visit.actor, draft, old=stored, is_trial=is_trial)
        if is_trial or not tested.is_ok:
            return Outcome(tested)
        with visit.write() as session:
            saved = actions.edit_connection(
                session,
                visit.actor.narrow(None),
                stored.id,
                draft,
                vault=visit.runtime.keys.vault,
                tested=tested,
                now=visit.now,
            )
    except (Invalid, Conflict) as error:
        return Outcome(tested, error)
    return Outcome(tested, saved=saved)


def stored_secret(visit: Visit, stored: Connection) -> tuple[bool, bool]:
    """Whether a password is stored, and whether it can no longer be decrypted."""
    try:
        return bool(unseal(visit.runtime.keys.vault, stored.sealed).password), False
    except SecretUnreadable:
        return False, True


def _is_trial(form: Form) -> bool:
    return form.text("do") == "test"
