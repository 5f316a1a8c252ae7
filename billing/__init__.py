"""Providers, personal accounts and the bills issued to them."""
