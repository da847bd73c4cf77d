"""Customer organisations: create, rename, archive."""
