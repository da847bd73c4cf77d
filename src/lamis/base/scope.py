"""Who asks, and what they may reach: roles, permissions, Scope and Actor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from lamis.base.errors import NotAllowed, NotFound


class Role(StrEnum):
    """What a person is in a tenant; each holds what the one before it holds."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"


class Permission(StrEnum):
    """What an action asks for. `docs/permissions.md` lists who has each."""

    SEE_ALERTS = "see alerts"
    EXPORT_ALERTS = "export alerts"
    SEE_CONNECTIONS = "see connections"
    REFRESH = "refresh"
    CHECK_CONNECTIONS = "check connections"
    WORK_INCIDENTS = "work on incidents"
    BLOCK = "block addresses"
    OVERRIDE_GUARDS = "override guards"
    MANAGE_CONNECTIONS = "manage connections"
    MANAGE_CHANNELS = "manage channels"
    MANAGE_MEMBERS = "manage members"
    MANAGE_TENANTS = "manage tenants"
    MANAGE_PEOPLE = "manage people"


_VIEWER = frozenset({Permission.SEE_ALERTS, Permission.SEE_CONNECTIONS, Permission.REFRESH})
_ANALYST = _VIEWER | {
    Permission.EXPORT_ALERTS,
    Permission.CHECK_CONNECTIONS,
    Permission.WORK_INCIDENTS,
    Permission.BLOCK,
}
_ADMIN = _ANALYST | {
    Permission.MANAGE_CONNECTIONS,
    Permission.MANAGE_CHANNELS,
    Permission.MANAGE_MEMBERS,
    Permission.OVERRIDE_GUARDS,
}
GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.ANALYST: _ANALYST,
    Role.ADMIN: _ADMIN,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The tenants a query may touch: their keys, or None for all of them (an operator)."""

    tenant_keys: frozenset[int] | None

    def holds(self, tenant_key: int) -> bool:
        return self.tenant_keys is None or tenant_key in self.tenant_keys


EVERYTHING = Scope(None)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or the system itself.

    `roles` maps tenant keys to roles; `narrowed_to` is the tenant the person switched to, if any.
    """

    person_id: str
    name: str
    is_operator: bool = False
    roles: Mapping[int, Role] = field(default_factory=dict)
    narrowed_to: int | None = None

    @property
    def scope(self) -> Scope:
        """What this person sees now, after the tenant switch."""
        if self.narrowed_to is not None:
            return Scope(frozenset({self.narrowed_to}))
        return self.full_scope

    @property
    def full_scope(self) -> Scope:
        """What this person could see without the tenant switch."""
        return EVERYTHING if self.is_operator else Scope(frozenset(self.roles))

    @property
    def sees_several(self) -> bool:
        """Whether what they see now may belong to several tenants, so that each row says whose it is."""
        return self.narrowed_to is None and (self.is_operator or len(self.roles) > 1)

    def narrow(self, tenant_key: int | None) -> "Actor":
        """The same person looking at one tenant only. Raises NotFound for a foreign one."""
        if tenant_key is not None and not self.full_scope.holds(tenant_key):
            raise NotFound("There is no such tenant.")
        return replace(self, narrowed_to=tenant_key)

    def may(self, permission: Permission, tenant_key: int | None = None) -> bool:
        """Whether the person holds `permission` in that tenant (None: anywhere)."""
        if self.is_operator:
            return True
        if tenant_key is None:
            return any(permission in GRANTS[role] for role in self.roles.values())
        role = self.roles.get(tenant_key)
        return role is not None and permission in GRANTS[role]

    def scope_of(self, permission: Permission) -> Scope:
        """The tenants in view in which the person holds `permission`; it may hold none."""
        if self.is_operator:
            return self.scope
        keys = (key for key in self.roles if self.scope.holds(key))
        return Scope(frozenset(key for key in keys if self.may(permission, key)))

    def require(self, permission: Permission, tenant_key: int | None = None) -> None:
        """Raise NotAllowed unless the person may; NotFound where the tenant itself is foreign."""
        if tenant_key is not None and not self.full_scope.holds(tenant_key):
            raise NotFound("There is no such tenant.")
        if not self.may(permission, tenant_key):
            raise NotAllowed(
                f"You may not {permission.value} here; ask an admin of the tenant or an operator."
            )


SYSTEM = Actor(person_id="system", name="LAMIS", is_operator=True)
