"""LAMIS, the Log Analysis and Monitoring System: one console over many security systems."""

__version__ = "0.1.0"
