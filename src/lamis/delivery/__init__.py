"""Notifications: channels, deliveries and their attempts."""
