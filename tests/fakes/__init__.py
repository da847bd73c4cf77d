"""Hand-written stand-ins for what is outside, one for each port."""
