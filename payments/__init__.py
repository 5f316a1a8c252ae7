"""Payments: from the charges page to the receipt, and the bank behind them."""
