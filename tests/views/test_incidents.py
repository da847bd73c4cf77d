"""Incidents as pages show them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lamis.incidents.types import Happening, IncidentRow
from lamis.views import incidents, samples
from lamis.views.filters import chips
from lamis.views.links import Query

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROW = IncidentRow(
    id="i1",
    number=12,
    title="sshd: brute force",
    severity=3,
    severity_name="high",
    state="closed",
    count=4,
    first_seen="2026-11-21T11:00:00.000Z",
    last_seen="2026-11-21T12:00:00.000Z",
    opened_at="2026-11-21T11:00:01.000Z",
    tenant="Acme",
    tenant_id="t1",
    rule="5712",
    device="web-1",
    source_address=None,
    assignee=None,
    assignee_id=None,
    verdict="benign",
    closed_at="2026-11-21T12:00:00.000Z",
    muted_until=None,
)


def test_a_line_is_made_of_a_row() -> None:
    line = incidents.incident_line(ROW)
    assert (line.url, line.number, line.last_at, line.closed_at) == ("/incidents/i1", 12, AT, AT)
    assert (line.tone, line.severity.word) == ("ok", "high")


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("acknowledged", "", "acknowledged it"),
        ("closed", "benign", "closed it as benign"),
        ("reopened", "", "reopened it"),
        ("commented", "", "commented"),
        ("assigned", "Ana", "gave it to Ana"),
        ("assigned", "", "made it nobody's"),
        ("muted", "2026-11-21T12:00:00.000Z", "muted its notifications until 2026-11-21 12:00:00 UTC"),
        ("muted", "", "ended the muting of its notifications"),
    ],
)
def test_what_happened_reads_as_a_sentence(kind: str, detail: str, said: str) -> None:
    line = incidents.history_line(Happening(AT, kind, "Bob", "words", detail))
    assert (line.said, line.text) == (said, "words")


def test_a_click_chooses_the_states_shown() -> None:
    query = Query.parse("/incidents", "state=closed&q=x&cursor=1.2")
    links = incidents.state_links(query)
    assert [label for label, _, is_shown in links if is_shown] == ["Closed"]
    assert links[0][1] == "/incidents?q=x"
    assert links[-1][1] == "/incidents?q=x&state=all"


def test_filters_are_chips_but_the_state_is_not() -> None:
    query = Query.parse("/incidents", "state=closed&q=x&tenant=t1&assignee=me")
    found = chips(query, {"tenant": {"t1": "Acme"}}, words=incidents.WORDS)
    assert [(chip.name, chip.value) for chip in found] == [
        ("text", "x"),
        ("tenant", "Acme"),
        ("assignee", "me"),
    ]
    assert found[0].remove_url == "/incidents?state=closed&tenant=t1&assignee=me"


@pytest.mark.parametrize(
    ("shown", "count", "expired", "said"),
    [
        (1, 1, 0, "1 alert"),
        (7, 9, 2, "7 alerts"),
        (25, 1_240, 6, "the newest 25 of 1,234"),
        (0, 9, 9, ""),
    ],
)
def test_the_evidence_says_how_much_of_it_is_shown(shown: int, count: int, expired: int, said: str) -> None:
    line = replace(incidents.incident_line(ROW), count=count)
    page = incidents.IncidentPage(line, samples.alert_rows(shown), Query("/alerts"), (), (), expired=expired)
    assert page.shown_words == said
    assert page.follows == "number=12&tenant=t1"
