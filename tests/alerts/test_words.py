"""Words as SQLite's tokenizer cuts them: the two text indexes find the same."""

import sqlite3

import pytest

from lamis.alerts.words import query_of, tenant_word, vector_of, words_of

TEXTS = [
    "Failed password for invalid user admin from 203.0.113.7 port 22 ssh2",
    "https://portal.example/login?user=a_b&x=1 <tag> C:\\Windows\\System32",
    "ÀÉÎÕÜ Straße naïve Ærø ΑΒΓ дЁж İstanbul",
    "日本語 の ログ x²³ ½ 1,000.50 e\u0301tude",
    "",
    "__init__ -- … ---",
]


def cut_by_sqlite(text: str) -> list[str]:
    with sqlite3.connect(":memory:") as memory:
        memory.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize='unicode61')")
        memory.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        memory.execute("INSERT INTO t VALUES (?)", (text,))
        found = [row[0] for row in memory.execute("SELECT term FROM v ORDER BY offset")]
    memory.close()
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_of_sqlite(text: str) -> None:
    assert words_of(text) == cut_by_sqlite(text)


def test_each_word_has_its_places_and_the_tenant_is_one() -> None:
    assert vector_of("a b A", 7) == "'#7' a:1,3 b:2"
    assert words_of(tenant_word(7)) != [tenant_word(7)]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("failed", "('failed')"),
        ("failed password", "('failed') & ('password')"),
        ('"failed password" web-01', "('failed' <-> 'password') & ('web' <-> '01')"),
        ("it's & | ! :*", "('it' <-> 's')"),
        ("…", None),
        ("", None),
    ],
)
def test_all_words_and_phrases_must_occur(text: str, query: str | None) -> None:
    assert query_of(text, None) == query


def test_a_query_is_of_some_tenants() -> None:
    assert query_of("failed", (1, 2)) == "('#1' | '#2') & ('failed')"


def test_a_text_of_very_many_words_still_fits() -> None:
    assert len(vector_of(" ".join(f"w{n}" for n in range(200_000)), 1)) < 1_000_000
    assert vector_of("x " * 1000, 1).count(",") == 254
