"""The form of a source and the words of a test's answer."""

import pytest

from lamis.base.clock import utc_now
from lamis.base.errors import Conflict, Invalid
from lamis.connections.types import TestCode, TestResult
from lamis.web.connections_form import SECRETS, wrong
from lamis.web.forms import Form, shown
from lamis.web.sources_form import SourceForm, result_of, typed

NOW = utc_now()


def test_secrets_are_taken_as_typed_and_never_shown_again() -> None:
    values = typed(Form({"name": (" emea ",), "password": (" secret ",), "client_key_pem": ("key",)}))
    assert (values["name"], values["password"]) == ("emea", " secret ")
    assert SECRETS.isdisjoint(shown(values, secrets=SECRETS))


def test_pinning_counts_as_choosing_the_certificate() -> None:
    values = typed(Form({"trust": ("system",), "pin": ("ab" * 32,)}))
    assert (values["trust"], values["fingerprint"]) == ("fingerprint", "ab" * 32)


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (Invalid("x", field="urls"), "urls"),
        (Invalid("x", field="url"), "urls"),
        (Invalid("x", field="client_key"), "client_key_pem"),
        (Invalid("x"), ""),
        (Conflict("x"), ""),
    ],
)
def test_an_error_belongs_to_a_field_or_to_the_whole(error: Invalid, field: str) -> None:
    message, name = wrong(error)
    assert (message, name) == ("x", field)
    page = SourceForm({}, "/", error=message, wrong_field=name)
    assert page.error_of(field) == "x"
    assert page.general_error == ("" if field else "x")


def test_an_error_of_no_field_of_ours_is_told_above() -> None:
    assert SourceForm({}, "/", error="x", wrong_field="kind").general_error == "x"


def test_what_is_folded_away_opens_when_it_holds_something() -> None:
    assert not SourceForm({"name": "emea"}, "/").has_more
    assert SourceForm({"proxy": "http://192.0.2.1"}, "/").has_more
    assert SourceForm({}, "/", error="x", wrong_field="client_key_pem").has_more


def test_a_blank_secret_is_explained() -> None:
    assert SourceForm({}, "/").hint_of("password") == ""
    stored = SourceForm({}, "/", source_id="a", has_password=True)
    assert stored.hint_of("password") == "Blank keeps the stored one."
    assert SourceForm({}, "/", source_id="a", is_secret_lost=True).hint_of("client_key_pem") == ""
    kept = SourceForm({}, "/", kept_names=frozenset({"password"}))
    assert "is kept" in kept.hint_of("password")


def test_a_good_answer_is_told_with_its_facts() -> None:
    details = {
        "names": ["localhost", "192.0.2.10"],
        "generation": "4",
        "version": "7.10.2",
        "documents": 1234,
        "newest_at": NOW.isoformat(),
        "clock_skew_s": -7.5,
        "warnings": ["Not encrypted."],
    }
    result = result_of(TestResult(TestCode.OK, "It answers.", details), now=NOW)
    facts = dict(result.facts)
    assert facts["Certificate of"] == "localhost, 192.0.2.10"
    assert facts["Wazuh"] == "4.x · indexer 7.10.2"
    assert facts["Documents"] == "1,234"
    assert facts["Newest document"].endswith(", now")
    assert facts["Clock"] == "7.5 s behind ours"
    assert (result.is_ok, result.pin, result.warnings) == (True, "", ["Not encrypted."])


def test_only_an_untrusted_certificate_is_offered_for_pinning() -> None:
    details = {"fingerprint": "ab" * 32, "clock_skew_s": 0.2}
    untrusted = result_of(TestResult(TestCode.TLS_NOT_TRUSTED, "No.", dict(details)), now=NOW)
    assert untrusted.pin == "ab" * 32
    assert dict(untrusted.facts)["Clock"] == "right to the second"
    assert result_of(TestResult(TestCode.AUTH_FAILED, "No.", dict(details)), now=NOW).pin == ""
