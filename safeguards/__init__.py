"""Defences that every app leans on: limits, encrypted fields, secrets. Knows nobody."""
