"""Documents from sources: stored once, listed, counted, exported."""
