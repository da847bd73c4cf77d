"""The words of a text for PostgreSQL's text search, cut as SQLite's tokenizer unicode61 cuts them.

PostgreSQL's own parser knows addresses, hosts and tags, so it would find other words than SQLite does:
it is given the words ready-made.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 1000  # bytes of a lexeme at most 2,046
_LAST_PLACE = 16_383
_MOST_PLACES = 255
_MOST_WORDS = 60_000  # a tsvector holds at most 1 MB
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


def words_of(text: str) -> list[str]:
    """The words of `text` in their order: letters and digits, without case and accents."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    plain = "".join(map(_plain, text)).lower()
    return [word[:_LONGEST] for word in _WORD.findall(plain)]


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """A Latin letter without its one accent; a mark that stands alone is left out of its word."""
    parts = unicodedata.normalize("NFD", letter)
    if len(parts) == 2 and parts[0].isascii():
        return parts[0]
    return "" if "\u0300" <= letter <= "\u0331" else letter


def tenant_word(tenant_key: int) -> str:
    """The word by which the text index tells tenants apart; no text can hold it."""
    return f"#{tenant_key}"


def vector_of(text: str, tenant_key: int) -> str:
    """A tsvector, as PostgreSQL reads one, of the words of `text` with their places."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words_of(text)[:_MOST_WORDS], start=1):
        found = places.setdefault(word[:_LONGEST], [])
        if len(found) < _MOST_PLACES:
            found.append(min(place, _LAST_PLACE))
    parts = [f"{word}:{','.join(map(str, at))}" for word, at in places.items()]
    return " ".join([f"'{tenant_word(tenant_key)}'", *parts])


def query_of(text: str, tenants: tuple[int, ...] | None) -> str | None:
    """The tsquery for all words and quoted phrases of `text`; None where it has no word.

    `tenants` None stands for all.
    """
    terms = [" <-> ".join(term) for term in _terms(text)]
    if not terms:
        return None
    query = " & ".join(f"({term})" for term in terms)
    if tenants is None:
        return query
    return f"({' | '.join(_quoted(tenant_word(tenant)) for tenant in tenants)}) & {query}"


def _terms(text: str) -> Iterator[list[str]]:
    for phrase, word in _TERM.findall(text.replace("\0", " ")):
        if found := [_quoted(one) for one in words_of(phrase or word)]:
            yield found


def _quoted(word: str) -> str:
    return f"'{word}'"
