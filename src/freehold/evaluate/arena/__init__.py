"""Blind votes between two answers, and the ranking that can be read from them."""
