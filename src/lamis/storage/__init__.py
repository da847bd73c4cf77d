"""The database engines, their sessions, and the runtime that doors share."""
