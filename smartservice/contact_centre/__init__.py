"""The contact centre: what an operator needs with a caller on the line, and not more."""
