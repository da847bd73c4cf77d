"""What happened: entries numbered without gaps, per stream."""
