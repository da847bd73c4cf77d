"""The composition: settings, database, doors and workers in one process."""
