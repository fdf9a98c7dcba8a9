"""Results of other evaluation tools, read so that they can be compared with Freehold's own runs."""
