"""Templates, static files and the row values that pages show."""
