"""Configured outside systems: their windows, health and completeness ledger."""
