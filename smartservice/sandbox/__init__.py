"""The outside world in a box: a bank that behaves as the real acquirer does, in a process of its own.

Nothing in the product imports it; the portal talks to it over HTTP, as to the real bank.
"""
