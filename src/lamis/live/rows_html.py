"""Live rows as the list draws them: the same partial."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from lamis.alerts.results import LiveRow
from lamis.alerts.types import Severity
from lamis.live.types import View
from lamis.views.links import Query
from lamis.views.render import render
from lamis.views.rows import alert_row


def html_rows(rows: Sequence[LiveRow], view: View, *, now: datetime) -> list[dict[str, str]]:
    """`{id, html}` for each row; its links narrow the list of alerts with the view's filters."""
    query = Query("/alerts", tuple((name, value) for name, values in view.params for value in values))
    return [
        {
            "id": row.id,
            "html": render(
                "alerts/row.html",
                # Pages count severities otherwise than the customer's dashboard.
                row=alert_row(msgspec.structs.replace(row, severity=Severity[row.severity_name.upper()])),
                now=now,
                query=query,
                show_tenant=view.show_tenant,
            ).strip(),
        }
        for row in rows
    ]
