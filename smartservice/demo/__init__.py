"""The demo: the providers, bills and operations of the manual, for a first look and for tests."""
