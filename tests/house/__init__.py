"""The house rules that no ready-made tool holds, as tests over the source tree."""
