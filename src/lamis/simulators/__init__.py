"""Simulated outside systems for `lamis demo` and for tests; never on a production path."""
