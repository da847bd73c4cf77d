"""The simulated OPNsense: the vectors of the facts (V01 to V26) over real HTTP, and its parts."""
