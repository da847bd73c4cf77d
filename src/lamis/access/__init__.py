"""From a cookie or token to an Actor."""
