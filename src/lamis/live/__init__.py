"""The socket `/api/v2/ws`: new alerts and counts, as they are stored."""
