"""The JSON API: `/api/v2`, and the two addresses of the first dashboard."""
