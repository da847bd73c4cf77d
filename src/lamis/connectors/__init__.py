"""One folder per vendor: client, translation and abilities; no database."""
