"""What the forms of sources and firewalls share."""

import pytest

from lamis.base.errors import Conflict, Invalid
from lamis.connections.types import TestCode, TestResult
from lamis.web.connections_form import SECRETS, certificate_facts, told, typed_in, wrong
from lamis.web.forms import Form, shown


def test_several_addresses_are_shown_as_lines() -> None:
    addresses = ["https://192.0.2.1", "https://192.0.2.2"]
    assert shown({"urls": addresses, "proxy": None, "password": "hidden"}, secrets=SECRETS) == {
        "urls": "https://192.0.2.1\nhttps://192.0.2.2"
    }


def test_only_the_fields_of_a_form_are_taken_and_secrets_as_typed() -> None:
    sent = Form({"name": (" fw-3 ",), "password": (" s p ",), "poll_s": ("1",)})
    assert typed_in(sent, ("name", "password")) == {"name": "fw-3", "password": " s p "}


def test_pinning_counts_as_choosing_the_certificate() -> None:
    values = typed_in(Form({"trust": ("system",), "pin": ("ab" * 32,)}), ("trust", "fingerprint"))
    assert values == {"trust": "fingerprint", "fingerprint": "ab" * 32}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, ("", "")),
        (Invalid("x", field="url"), ("x", "urls")),
        (Invalid("x", field="alias"), ("x", "alias")),
        (Conflict("x"), ("x", "")),
    ],
)
def test_an_error_names_its_field(error: Invalid | Conflict | None, expected: tuple[str, str]) -> None:
    assert wrong(error) == expected


def test_a_test_is_told_with_what_is_known() -> None:
    details: dict[str, object] = {"fingerprint": "ab" * 32, "names": ["fw.example"], "warnings": ["Old."]}
    result = told(TestResult(TestCode.TLS_NOT_TRUSTED, "No.", details), certificate_facts(details))
    assert dict(result.facts) == {"Certificate of": "fw.example", "SHA-256": "ab" * 32}
    assert (result.is_ok, result.pin, result.warnings) == (False, "ab" * 32, ["Old."])
