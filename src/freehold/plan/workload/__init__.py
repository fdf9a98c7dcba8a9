"""The traffic that a plan is made for: made up from a few numbers, read from a trace, or taken from the ledger."""
