"""Budgets: what was spent and is held back in each period, decided in memory and kept as rows of the ledger."""
