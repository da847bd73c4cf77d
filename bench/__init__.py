"""Measurements of LAMIS, each beside its baseline in the same run: `make bench`, `python -m bench SECTION…`."""
