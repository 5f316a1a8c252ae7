"""Russian, the one language of the portal."""
