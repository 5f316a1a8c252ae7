"""People: registration, login, one-time passwords."""
