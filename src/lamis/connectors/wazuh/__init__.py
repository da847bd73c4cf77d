"""Wazuh indexers, 4.x (alerts) and 5.x (findings)."""
