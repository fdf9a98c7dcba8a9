"""Requests that come when they like, to machines that serve many at once: what they wait, and how many it takes."""
