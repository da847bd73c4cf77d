"""Addresses in the Wazuh dashboard."""

import pytest

from lamis.connectors.wazuh.links import document_link

BASE = "https://wazuh.example/app/discover#/doc/"


@pytest.mark.parametrize(
    ("index", "doc_id", "tail"),
    [
        (
            "wazuh-alerts-4.x-2026.11.21",
            "abc_-1",
            "wazuh-alerts-*/wazuh-alerts-4.x-2026.11.21?id=abc_-1",
        ),
        (
            ".ds-wazuh-findings-v5-access-000001",
            "abc",
            "wazuh-findings-v5-*/.ds-wazuh-findings-v5-access-000001?id=abc",
        ),
        ("a/b?c#d", "e/f&g=h i", "wazuh-alerts-*/a%2Fb%3Fc%23d?id=e%2Ff%26g%3Dh%20i"),
        ("wazuh-alerts-é", "é", "wazuh-alerts-*/wazuh-alerts-%C3%A9?id=%C3%A9"),
    ],
)
def test_a_document_is_addressed_by_index_and_id(index: str, doc_id: str, tail: str) -> None:
    assert document_link("https://wazuh.example", index, doc_id) == BASE + tail


def test_a_path_before_the_dashboard_is_kept() -> None:
    link = document_link("https://wazuh.example/siem/", "i", "d")
    assert link.startswith("https://wazuh.example/siem/app/discover#/doc/")
