"""Runs: one subject asked for each example of a dataset, kept, scored, and gone on with after any interruption."""
