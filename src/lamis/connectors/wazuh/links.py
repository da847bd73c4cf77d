"""Addresses in the Wazuh dashboard (an OpenSearch Dashboards), for "Open in Wazuh"."""

from urllib.parse import quote


def document_link(dashboard_url: str, index: str, doc_id: str) -> str:
    """One document in the dashboard's Discover, by index and `_id`."""
    pattern = "wazuh-findings-v5-*" if "wazuh-findings-v5-" in index else "wazuh-alerts-*"
    place = f"{quote(pattern, safe='*')}/{quote(index, safe='')}?id={quote(doc_id, safe='')}"
    return f"{dashboard_url.rstrip('/')}/app/discover#/doc/{place}"
