"""Libraries that are encrypted: what opens them, and the passphrase for it."""
