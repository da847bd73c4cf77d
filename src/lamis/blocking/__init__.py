"""Blocks: the wish that an address is dropped by a tenant's firewalls until a time, with receipts."""
