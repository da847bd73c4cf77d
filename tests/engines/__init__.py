"""Real engines for the tests: found or skipped by name, started once, stopped at the end."""
