"""A short, bounded load test of a running server, and what it says of the capacity model's speed for it."""
