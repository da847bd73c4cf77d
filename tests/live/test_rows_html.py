"""Live rows are the rows of the list."""

import pytest

from lamis.alerts.queries_news import newest
from lamis.base.scope import EVERYTHING
from lamis.live.rows_html import html_rows
from lamis.live.types import View
from lamis.storage.engine import Database
from lamis.views.render import environment
from tests.alerts.world import NOW, document, put, settle


@pytest.mark.parametrize("show_tenant", [True, False])
def test_a_live_row_is_what_the_lists_macro_makes(database: Database, show_tenant: bool) -> None:
    settle(database)
    put(database, document(1, level=12, title="<script>"))
    view = View("alerts", EVERYTHING, (("level", ("7",)),), format="html", show_tenant=show_tenant)
    with database.read() as session:
        rows = newest(session, EVERYTHING, view.wanted(now=NOW), most=5)
    (made,) = html_rows(rows, view, now=NOW)
    assert made["id"] == rows[0].id
    assert "<script>" not in made["html"]
    assert 'class="critical"' in made["html"]
    assert "/alerts?level=7&amp;device=web-01" in made["html"]
    assert ('class="c-tenant"' in made["html"]) is show_tenant
    assert "alerts/row.html" in environment().list_templates()
