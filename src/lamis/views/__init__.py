"""Templates, static files and the row values that pages and sockets share. No query runs here."""
