"""OPNsense firewalls: addresses into an alias by its API, and the proof that they are there."""
