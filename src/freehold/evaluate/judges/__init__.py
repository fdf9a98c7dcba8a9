"""Judges: models that say what an answer is worth, and the certification without which they may decide nothing."""
