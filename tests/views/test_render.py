import re
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from lamis.views import render as rendering
from lamis.views import samples
from lamis.views.gallery import gallery_context
from lamis.views.pages import Emptiness, Why
from lamis.views.render import STATIC, TEMPLATES, environment, has_static, kept_with, render, static_url
from lamis.views.rows import Message, Theme, Tone

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"


def pages() -> dict[str, str]:
    frame = replace(samples.frame(), messages=samples.MESSAGES, banners=(samples.BANNER,), refresh_s=60)
    made = {
        "ui": render("ui/gallery.html", **gallery_context(frame)),
        "overview": render("overview/overview.html", frame=frame, page=samples.overview()),
        "alerts": render("alerts/list.html", frame=frame, page=samples.alerts()),
        "alert": render("alerts/detail.html", frame=frame, page=samples.alert()),
    }
    for why in Why:
        emptiness = Emptiness(why, filters=2, clear_url="/", problem=samples.PROBLEM)
        made[f"overview, {why.value}"] = render(
            "overview/overview.html", frame=frame, page=samples.overview(emptiness=emptiness)
        )
        made[f"alerts, {why.value}"] = render(
            "alerts/list.html", frame=frame, page=samples.alerts(emptiness=emptiness)
        )
    return made


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    return pages()


def test_every_template_compiles() -> None:
    for path in TEMPLATES.rglob("*.html"):
        environment().get_template(path.relative_to(TEMPLATES).as_posix())


def test_no_page_has_inline_script_or_style(rendered: dict[str, str]) -> None:
    for name, page in rendered.items():
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", page), name
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page)), name


def test_no_page_asks_another_host_for_anything(rendered: dict[str, str]) -> None:
    for name, page in rendered.items():
        assert not re.search(r"(?:src|<link[^>]*href|<use href)=\"(?:https?:)?//", page), name


def test_each_page_has_one_title_one_main_and_one_first_heading(rendered: dict[str, str]) -> None:
    for name, page in rendered.items():
        (title,) = re.findall(r"<title>([^<]+)</title>\n<meta", page)
        assert title.endswith(" · LAMIS"), name
        assert page.count("<main ") == page.count("<h1>") == 1, name


def test_no_page_uses_an_id_twice_or_names_one_that_is_not_there(rendered: dict[str, str]) -> None:
    for name, page in rendered.items():
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), name
        named = re.findall(r'(?:for|aria-labelledby|aria-describedby)="([^"]+)"', page)
        assert {each for value in named for each in value.split()} <= set(ids), name


def test_every_icon_used_is_in_the_sprite(rendered: dict[str, str]) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    for name, page in rendered.items():
        assert set(re.findall(r'icons\.svg[^"#]*#([^"]+)"', page)) <= drawn, name


def test_every_class_of_a_page_is_styled_or_belongs_to_a_script(rendered: dict[str, str]) -> None:
    sheets = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", sheets))
    meant_for_reading = {"low", "off", "large", "app", "note", "check-label", "c-title", "k", "v", "d"}
    used = {
        each
        for page in rendered.values()
        for found in re.findall(r'class="([^"]*)"', page)
        for each in found.split()
    }
    assert used - styled - meant_for_reading == set()


def test_what_a_source_or_a_person_wrote_is_text_and_never_markup() -> None:
    row = replace(
        samples.alert_rows(1)[0],
        title=EVIL,
        device=EVIL,
        source_address=EVIL,
        tenant=EVIL,
        connection=EVIL,
        rule=EVIL,
        unreadable=EVIL,
    )
    frame = replace(samples.frame(), person=EVIL, search=EVIL, messages=(Message(Tone.FAILED, EVIL),))
    listing = render("alerts/list.html", frame=frame, page=replace(samples.alerts(), rows=(row,)))
    detail = render(
        "alerts/detail.html",
        frame=frame,
        page=replace(samples.alert(), row=row, document=EVIL, source_url=None),
    )
    for page in (listing, detail):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "49" not in re.findall(r"alert\(2\)&gt;([^<]*)", page)


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("overview/overview.html", frame=samples.frame())


def test_the_theme_is_on_the_page_before_any_script() -> None:
    dark = render("alerts/detail.html", frame=samples.frame(theme=Theme.DARK), page=samples.alert())
    system = render("alerts/detail.html", frame=samples.frame(), page=samples.alert())
    assert '<html lang="en" data-theme="dark">' in dark
    assert '<html lang="en">' in system


def test_a_page_renews_itself_only_when_told_to() -> None:
    told = render("alerts/list.html", frame=replace(samples.frame(), refresh_s=60), page=samples.alerts())
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in told
    assert 'data-refresh-s="60"' in told
    assert "http-equiv" not in render("alerts/list.html", frame=samples.frame(), page=samples.alerts())


def test_a_password_never_comes_back_to_its_field() -> None:
    template = environment().from_string(
        '{% import "components/ui.html" as ui %}{{ ui.field("p", "Password", "secret", type="password") }}'
    )
    assert "secret" not in template.render()


def test_the_pager_of_one_page_is_not_shown() -> None:
    page = replace(samples.alerts(), pager=replace(samples.alerts().pager, pages=1))
    assert 'class="pager"' not in render("alerts/list.html", frame=samples.frame(), page=page)


def test_the_address_of_a_static_file_changes_with_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "STATIC", tmp_path)
    made = []
    for content in ("a", "b"):
        (tmp_path / "x.css").write_text(content)
        made.append(static_url.__wrapped__("x.css"))
    assert made[0] != made[1]
    assert made[0].startswith("/static/x.css?v=")


def test_an_unknown_static_file_is_an_error_and_a_missing_built_one_is_not() -> None:
    with pytest.raises(FileNotFoundError):
        static_url("css/none.css")
    assert has_static("css/base.css")
    assert not has_static("vendor/none.css")


def test_a_value_in_a_data_attribute_is_escaped_json() -> None:
    template = environment().from_string('<i data-x="{{ value|data_json }}">')
    assert template.render(value={"a": '"<'}) == ('<i data-x="{&#34;a&#34;:&#34;\\&#34;&lt;&#34;}">')


@pytest.mark.slow
def test_a_page_says_so_when_the_fonts_are_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    for is_built in (True, False):
        monkeypatch.setitem(environment().globals, "has_static", lambda path, is_built=is_built: is_built)
        monkeypatch.setitem(environment().globals, "static_url", lambda path: f"/static/{path}")
        template = environment().overlay(cache_size=-1).get_template("alerts/detail.html")
        page = template.render(frame=samples.frame(), page=samples.alert())
        assert ("make assets" in page) is not is_built
        assert ("vendor/fonts.css" in page) is is_built


def test_a_remembered_macro_still_escapes_each_text() -> None:
    icon = environment().get_template("components/controls.html").module.icon
    assert "<b>" in icon("check", Markup("<b>"))
    for _ in range(2):
        assert "&lt;b&gt;" in icon("check", "<b>")


def test_what_is_drawn_of_a_chart_is_drawn_once_and_is_no_other_charts() -> None:
    drawn: list[str] = []
    macro = environment().from_string(
        "{% macro bar(chart, label) %}{{ note(label) }}{{ label }}{% endmacro %}"
    )
    module = macro.make_module({"note": lambda text: drawn.append(text) or ""})
    kept = kept_with(module.bar)  # type: ignore[attr-defined]  # a macro of the template above
    one, other = samples.day_histogram(4), samples.day_histogram(4)
    assert kept(one, "<a>") == kept(one, "<a>") == "&lt;a&gt;"
    assert kept(one, Markup("<a>")) == "<a>"
    assert len(drawn) == 2
    assert kept(other, "<a>") == "&lt;a&gt;"
    assert len(drawn) == 3
