"""Who a person is, asked before it is known what they may see."""

from sqlalchemy.orm import Session

from lamis.base.scope import EVERYTHING, Actor, Scope
from lamis.people import queries
from lamis.storage import scopes

NOBODYS = Scope(frozenset())


def known_actor(session: Session, person_id: str) -> Actor | None:
    """Who that person is now, None once removed; from here on `session` shows what they may see.

    Roles in archived tenants do not count, so the tenants are looked at before the roles are known.
    """
    scopes.bind(session, EVERYTHING)
    actor = queries.actor_of(session, person_id)
    scopes.bind(session, NOBODYS if actor is None else actor.full_scope)
    return actor
