"""Every table of LAMIS, gathered for Alembic and for tests."""
