"""Reading what an address asks for: parameters that may come more than once, or blank."""

from collections.abc import Mapping, Sequence

from lamis.base.errors import Invalid

Params = Mapping[str, Sequence[str]]
LONGEST = 200


def one(params: Params, name: str, *, most: int = LONGEST) -> str | None:
    """The last value that is not blank, of at most `most` characters. Raises Invalid for a longer one."""
    values = [text for value in params.get(name, ()) if (text := value.strip())]
    if not values:
        return None
    if len(values[-1]) > most:
        raise Invalid(f"That is longer than {most} characters; shorten it.", field=name)
    return values[-1]


def listed(params: Params, name: str) -> list[str]:
    """All values, repeated or separated by commas, without blank ones."""
    return [text for value in params.get(name, ()) for part in value.split(",") if (text := part.strip())]
