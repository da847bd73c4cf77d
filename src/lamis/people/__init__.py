"""Persons, their roles in tenants, sign-in sessions and passwords."""
