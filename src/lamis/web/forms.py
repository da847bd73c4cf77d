"""What a form sent, as text, and what it shows again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import ClassVar

from starlette.requests import Request

_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form; one that was not sent reads as an empty text."""

    fields: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """The first value, without space at its ends."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """The first value as typed, for passwords."""
        return next(iter(self.values(name)), "")

    def values(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def is_on(self, name: str) -> bool:
        """Whether a checkbox was sent."""
        return bool(self.raw(name))


EMPTY = Form(MappingProxyType({}))


async def sent_form(request: Request) -> Form:
    """FastAPI dependency: the form of this request; files and overlong values are left out."""
    found: dict[str, tuple[str, ...]] = {}
    form = await request.form(max_files=0)
    await form.close()  # files, where the csrf value was already read from among them
    for name, value in form.multi_items():
        if isinstance(value, str) and len(value) <= _LONGEST:
            found[name] = (*found.get(name, ()), value)
    return Form(found)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form with what was typed or is stored; `values` hold no secrets, `wrong_field` names one of `FIELDS`.

    `kept` holds the secrets typed before, sealed; `kept_names` says which. Of `tenants` (id, name) one is
    chosen where there are several.
    """

    FIELDS: ClassVar[frozenset[str]]
    values: Mapping[str, str]
    action: str
    _: KW_ONLY
    tenants: Sequence[tuple[str, str]] = ()
    tenant_id: str = ""
    kept: str = ""
    kept_names: frozenset[str] = frozenset()
    error: str = ""
    wrong_field: str = ""

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error_of(self, name: str) -> str:
        return self.error if self.wrong_field == name else ""

    @property
    def general_error(self) -> str:
        """The error where it belongs to no field of this form."""
        return "" if self.wrong_field in self.FIELDS | {"tenant"} else self.error

    def hint_of(self, name: str) -> str:
        """What leaving a secret blank means here."""
        if name in self.kept_names:
            return "What you typed is kept; type again only to change it."
        return "Blank keeps the stored one." if self.stores(name) else ""

    def stores(self, _name: str) -> bool:
        """Whether a secret is stored that a blank field would keep."""
        return False


def shown(values: Mapping[str, object], *, secrets: Collection[str]) -> dict[str, str]:
    """`values` as a form shows them again: lists as lines, no `secrets`."""
    return {
        name: "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for name, value in values.items()
        if value is not None and name not in secrets
    }
