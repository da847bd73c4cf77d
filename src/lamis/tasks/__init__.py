"""Requested work with progress, and the recurring chores."""
