"""The living page of components."""

from lamis.storage.engine import Database
from tests.web.site import Site, make_runtime


def test_it_is_there_only_where_it_is_asked_for(database: Database) -> None:
    assert Site(make_runtime(database)).operator().get("/ui").status_code == 404
    site = Site(make_runtime(database, ui_gallery=True))
    assert site.stranger().get("/ui").headers["location"].startswith("/sign-in")
    browser = site.operator("Petra")
    page = browser.get("/ui")
    assert "<title>Components · LAMIS</title>" in page.text
    assert browser.post("/ui").headers["location"] == "/ui"
