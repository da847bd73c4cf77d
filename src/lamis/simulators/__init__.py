"""Stand-ins for outside systems, for the demo and the tests; never in production."""
