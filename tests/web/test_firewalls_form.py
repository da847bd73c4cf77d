"""The form of a firewall and what a test says there."""

import pytest

from lamis.connections.types import TestCode, TestResult
from lamis.web.firewalls_form import FirewallForm, result_of, typed
from lamis.web.forms import Form


def form(**fields: str) -> Form:
    return Form({name: (value,) for name, value in fields.items()})


def test_what_was_typed_is_named_as_drafts_take_it() -> None:
    values = typed(form(name=" fw-3 ", password=" s p a c e ", alias="Ours", may_create="on"))
    assert (values["kind"], values["name"], values["password"]) == ("opnsense", "fw-3", " s p a c e ")
    assert (values["alias"], values["may_create"]) == ("Ours", "on")


@pytest.mark.parametrize(("sent", "chosen"), [({}, ""), ({"do": "make"}, "on"), ({"do": "save"}, "")])
def test_the_button_that_makes_is_the_choice(sent: dict[str, str], chosen: str) -> None:
    assert typed(form(**sent))["may_create"] == chosen


def test_pinning_is_choosing_that_trust() -> None:
    values = typed(form(pin="ab" * 32, trust="system"))
    assert (values["trust"], values["fingerprint"]) == ("fingerprint", "ab" * 32)


@pytest.mark.parametrize(
    ("code", "may_create", "is_offered"),
    [
        (TestCode.ALIAS_MISSING, False, True),
        (TestCode.RULE_MISSING, False, True),
        (TestCode.ALIAS_MISSING, True, False),
        (TestCode.PRIVILEGE_MISSING, False, False),
        (TestCode.OK, False, False),
    ],
)
def test_making_is_offered_where_it_would_help(code: TestCode, may_create: bool, is_offered: bool) -> None:
    assert result_of(TestResult(code, "So it is."), may_create=may_create).may_make is is_offered


def test_a_result_tells_what_is_known() -> None:
    details: dict[str, object] = {
        "version": "26.7.2",
        "alias": "Ours",
        "alias_type": "external",
        "rule": "LAMIS",
        "entries": 48,
    }
    details |= {
        "table_used": 1048,
        "table_limit": 1_000_000,
        "made": ["The alias was made.", "The rule was made."],
    }
    tested = TestResult(TestCode.OK, "It works.", details, own_networks=("198.51.100.1/32",))
    facts = dict(result_of(tested, may_create=True).facts)
    assert facts == {
        "OPNsense": "26.7.2",
        "Alias": "Ours · external",
        "Rule": "LAMIS",
        "Entries": "48",
        "Its tables": "1,048 of 1,000,000 entries",
        "Made": "The alias was made. The rule was made.",
        "Own addresses": "1, never blocked",
    }


def test_hints_tell_what_blank_and_another_alias_mean() -> None:
    page = FirewallForm(values={"alias": "Ours"}, action="/", old_alias="Ours", has_password=True)
    assert page.hint_of("password") == "Blank keeps the stored one."
    assert "LAMIS touches only what it put in" in page.alias_hint
    other = FirewallForm(
        values={"alias": "Other"}, action="/", old_alias="Ours", kept_names=frozenset({"password"})
    )
    assert "typed is kept" in other.hint_of("password")
    assert "Ours stays there" in other.alias_hint
    assert FirewallForm(values={}, action="/", error="Wrong.", wrong_field="kind").general_error == "Wrong."
    assert FirewallForm(values={}, action="/", error="Wrong.", wrong_field="alias").general_error == ""


@pytest.mark.parametrize(
    ("code", "is_pair", "is_warned"),
    [
        (TestCode.TLS_NOT_TRUSTED, True, True),
        (TestCode.TLS_NOT_TRUSTED, False, False),
        (TestCode.OK, True, False),
    ],
)
def test_a_pair_is_told_that_one_fingerprint_does_not_do(
    code: TestCode, is_pair: bool, is_warned: bool
) -> None:
    tested = TestResult(code, "So it is.", {"fingerprint": "ab" * 32})
    found = result_of(tested, may_create=False, is_pair=is_pair)
    assert any("One fingerprint cannot fit" in warning for warning in found.warnings) is is_warned
