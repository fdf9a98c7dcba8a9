"""What the evaluation's numbers rest on: coverage, false alarms, power, promises kept, and speed, beside the goals."""
