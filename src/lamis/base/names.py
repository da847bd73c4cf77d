"""Names that people give to people and things: how they are stored, compared and judged."""

import unicodedata

from lamis.base.errors import Invalid

NAME_LENGTH = 120


def tidy(name: str) -> str:
    """The name as it is stored: NFC, without space at the ends or doubled within."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def folded(name: str) -> str:
    """The form in which names that differ only in case are equal."""
    return unicodedata.normalize("NFC", tidy(name).casefold())


def looked_up(name: str) -> list[str]:
    """The folded forms under which a name that somebody typed may be stored, by older versions too."""
    return sorted({name.casefold(), folded(name)})


def checked_name(typed: str) -> str:
    """What somebody typed into the field `name`, tidied. Raises Invalid where part of it is unseen."""
    name = tidy(typed)
    if not is_visible(name):
        raise Invalid("The name holds a control or invisible character; type it again.", field="name")
    return name


def is_visible(name: str) -> bool:
    """Whether it holds neither control nor invisible characters."""
    return not any(unicodedata.category(letter).startswith("C") for letter in name)
