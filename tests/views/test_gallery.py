import re

from lamis.views import samples
from lamis.views.gallery import gallery_context, icon_names
from lamis.views.render import TEMPLATES, render

# Parts of other components, shown through them, or opening from the head of a list alone.
INNER = {
    "csrf",
    "severity_shape",
    "tone_icon",
    "fact",
    "alert_row",
    "legend",
    "incident_state",
    "incident_row",
    "block_cell",
    "filter_panel",
}


def test_the_gallery_shows_every_component() -> None:
    macros = set(re.findall(r"{% set (\w+) = ", (TEMPLATES / "components/ui.html").read_text())) - {"shape"}
    shown = set(re.findall(r"ui\.(\w+)", (TEMPLATES / "ui/gallery.html").read_text()))
    assert macros - shown == INNER


def test_the_gallery_shows_every_icon() -> None:
    page = render("ui/gallery.html", **gallery_context(samples.frame()))
    assert len(icon_names()) > 30
    assert all(f'<span title="{name}">' in page for name in icon_names())
