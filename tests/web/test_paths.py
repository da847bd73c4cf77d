"""Addresses that may be returned to."""

import pytest

from lamis.web import paths


@pytest.mark.parametrize(
    "target", ["/", "/alerts?severity=high&page=2", "/people/x", "/a//b", "/q?next=//host"]
)
def test_a_path_of_ours_is_taken(target: str) -> None:
    assert paths.local(target) == target


ELSEWHERE = (
    *(
        None,
        "",
        "alerts",
        "//host",
        "///host",
        "/\\host",
        "\\\\host",
        "http://host",
        "https:/host",
        "javascript:x",
    ),
    *("/\t/host", "/\n/host", " //host"),
    *("/sign-in?next=/", "/sign-out", "/auth/login", "/api/v2/alerts", "/static/x"),
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_anything_else_is_the_overview(target: str | None) -> None:
    assert paths.local(target) == "/"
