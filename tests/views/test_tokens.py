"""The colours of both themes are readable (WCAG 2.2 AA): computed from tokens.css itself."""

import re

import pytest

from lamis.views.render import STATIC

PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6,8}), (#[0-9a-f]{6,8})\)")
TOKENS = {name: colours for name, *colours in PAIR.findall((STATIC / "css/tokens.css").read_text())}
GROUNDS = ("bg", "panel", "raised", "hover")
WORDS = ("text", "soft", "faint", "critical", "high", "medium", "low", "ok")


def over(colour: str, ground: str) -> list[float]:
    """The colour as seen on an opaque ground, each channel from 0 to 1."""
    top, below = (
        [int(each[at : at + 2], 16) / 255 for at in range(1, len(each), 2)] for each in (colour, ground)
    )
    alpha = top[3] if len(top) == 4 else 1.0
    return [alpha * a + (1 - alpha) * b for a, b in zip(top[:3], below[:3], strict=True)]


def luminance(channels: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], two: list[float]) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_words_can_be_read_on_every_ground(theme: int, ground: str, word: str) -> None:
    below = TOKENS[ground][theme]
    assert contrast(over(TOKENS[word][theme], below), over(below, below)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("word", ["critical", "high", "medium", "ok", "text"])
def test_words_can_be_read_on_their_wash(theme: int, word: str) -> None:
    ground = TOKENS["panel"][theme]
    wash = TOKENS["low-wash" if word == "text" else f"{word}-wash"][theme]
    assert contrast(over(TOKENS[word][theme], ground), over(wash, ground)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("edge", ["line-field", "focus"])
def test_fields_and_the_focus_stand_out(theme: int, edge: str) -> None:
    for ground in ("bg", "panel", "raised"):
        below = TOKENS[ground][theme]
        assert contrast(over(TOKENS[edge][theme], below), over(below, below)) >= 3


def test_no_other_sheet_names_a_colour() -> None:
    for sheet in (STATIC / "css").glob("*.css"):
        if sheet.name != "tokens.css":
            text = re.sub(r"light-dark\([^)]*\)", "", sheet.read_text())
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text), sheet.name
