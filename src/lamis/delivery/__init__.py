"""Notifications: channels of a tenant, deliveries to them, and every attempt."""
