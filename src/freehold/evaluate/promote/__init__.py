"""Promotion: another target for a route, by evidence, written down, and with a way back."""
