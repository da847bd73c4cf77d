"""What a form sent, as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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
