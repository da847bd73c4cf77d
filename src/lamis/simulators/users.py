"""Who may sign in to a simulated indexer, and what the security plugin lets them do."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from lamis.simulators.documents import Index
from lamis.simulators.refusals import not_allowed, unauthorized


@dataclass(frozen=True, slots=True)
class User:
    """A sign-in. `reads` None is an administrator, else the index patterns that may be read and no more."""

    name: str
    password: str
    reads: tuple[str, ...] | None = None

    def require_cluster(self, action: str) -> None:
        """Raise 403 unless it may see the cluster itself."""
        if self.reads is not None:
            raise not_allowed(action, self.name)

    def require_indexes(self, indexes: Sequence[Index], action: str) -> None:
        """Raise 403 when one of the indexes is not readable: one forbidden index fails the whole request."""
        if self.reads is None:
            return
        for index in indexes:
            self.require_name(index.stream or index.name, action)

    def require_name(self, name: str, action: str) -> None:
        """Raise 403 when an exact name is not readable, whether it exists or not."""
        self._require(name.removeprefix(".ds-"), action)

    def require_backing(self, index: Index, action: str) -> None:
        """Raise 403 when the index itself is not readable, whatever its stream is."""
        self._require(index.name, action)

    def _require(self, name: str, action: str) -> None:
        if self.reads is not None and not any(fnmatchcase(name, pattern) for pattern in self.reads):
            raise not_allowed(action, self.name)


class Users:
    """The sign-ins of one deployment."""

    def __init__(self, users: Sequence[User]) -> None:
        self._by_name = {user.name: user for user in users}

    def put(self, user: User) -> None:
        """Add a user or change their password."""
        self._by_name[user.name] = user

    def get(self, name: str) -> User:
        """The user of that name. Raises KeyError."""
        return self._by_name[name]

    def signed_in(self, authorization: str) -> User:
        """The user of a basic `Authorization` header. Raises the plain-text 401."""
        scheme, _, token = authorization.partition(" ")
        try:
            name, _, password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise unauthorized() from error
        user = self._by_name.get(name)
        if scheme.lower() != "basic" or user is None or user.password != password:
            raise unauthorized()
        return user
