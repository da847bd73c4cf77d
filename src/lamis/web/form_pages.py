"""What every form with secrets and a tenant does around its own fields."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.orm import Session

from lamis.base.scope import Permission
from lamis.tenants import queries as tenants
from lamis.web.forms import FilledForm, Form
from lamis.web.kept import Keeper
from lamis.web.visits import Visit

_Page = TypeVar("_Page", bound=FilledForm)


def kept_secrets(
    visit: Visit, form: Form, values: Mapping[str, object], names: Collection[str]
) -> dict[str, str]:
    """The secrets of `names` that `values` leave blank, as the form kept them from the try before."""
    kept = _keeper(visit).open(form.text("kept"))
    return {name: kept.get(name, "") for name in names if not values[name]}


def tenant_choice(
    visit: Visit, session: Session, form: Form, permission: Permission
) -> tuple[list[tuple[str, str]], str]:
    """The tenants (id, name) in which the person has `permission`, and the one that is chosen."""
    scope, narrowed = visit.actor.full_scope, visit.actor.narrowed_to
    choices = [
        (each.id, each.name)
        for each in tenants.tenants(session, scope)
        if visit.actor.may(permission, each.key)
    ]
    current = tenants.tenant_by_key(session, scope, narrowed).id if narrowed else ""
    return choices, form.text("tenant") or current


def with_error(
    visit: Visit, page: _Page, secrets: Mapping[str, str], *, error: str, wrong_field: str
) -> _Page:
    """The form again, with what is wrong, if anything; the `secrets` that were typed are kept, sealed."""
    return replace(
        page,
        kept=_keeper(visit).seal(secrets),
        kept_names=frozenset(name for name, value in secrets.items() if value),
        error=error,
        wrong_field=wrong_field,
    )


def _keeper(visit: Visit) -> Keeper:
    return Keeper(visit.runtime.keys.vault, visit.actor.person_id, visit.now)
