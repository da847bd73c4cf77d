"""A simulated OPNsense: its API, its configuration, its pf tables, and its traps."""
