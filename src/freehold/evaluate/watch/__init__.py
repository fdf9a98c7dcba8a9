"""Watching: whether a promise still holds, whether inputs look alike, whether closed targets are still the same."""
