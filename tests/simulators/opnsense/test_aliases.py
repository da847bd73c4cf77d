"""What the model of aliases accepts."""

import pytest

from lamis.simulators.opnsense import aliases


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("LAMIS_block", None),
        ("_x", None),
        ("x", None),
        ("", "A value is required."),
        ("_", "The name must start"),
        ("__x", "The name must start"),
        ("1x", "The name must start"),
        ("x" * 32, "The name must start"),
        ("block", "The name cannot be the internally reserved keyword"),
        ("https", "Reserved protocol or service names"),
        ("taken", "An alias with this name already exists."),
    ],
)
def test_names(name: str, start: str | None) -> None:
    problem = aliases.name_problem(name, taken={"taken"})
    assert problem is None if start is None else (problem or "").startswith(start)


@pytest.mark.parametrize(
    ("kind", "entry", "is_good"),
    [
        ("host", "192.0.2.1", True),
        ("host", "192.0.2.1-192.0.2.9", True),
        ("host", "!192.0.2.1", True),
        ("host", "www.example.org", True),
        ("host", "Other", True),
        ("host", "192.0.2.0/24", False),
        ("host", "2001:db8::g", False),
        ("network", "192.0.2.1", True),
        ("network", "192.0.2.1/24", True),
        ("network", "2001:db8::/32", True),
        ("network", "192.0.2.1-192.0.2.9", True),
        ("network", "www.example.org", False),
        ("network", "999.1.1.1", False),
        ("external", "anything", True),
    ],
)
def test_content(kind: str, entry: str, is_good: bool) -> None:
    assert (aliases.content_problem(kind, [entry], names={"Other"}) is None) is is_good
