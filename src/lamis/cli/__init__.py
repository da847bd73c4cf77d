"""The command line. Heavy modules are imported inside the commands, so that short ones stay fast."""
