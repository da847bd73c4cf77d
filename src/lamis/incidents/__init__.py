"""Incidents: like alerts as one thing that people work on; the one entry of alerts and findings."""
