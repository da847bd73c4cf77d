"""Our own generator of believable Wazuh documents: who is there, what happens, how it is written down."""
