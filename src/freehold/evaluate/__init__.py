"""Proof on the team's own work: which model is good enough, by what promise, and whether that still holds."""
