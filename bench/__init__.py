"""Measurements of LAMIS, each beside its baseline: `make bench`, or `python -m bench SECTION…`."""
