"""Commands of people and their numbers."""
