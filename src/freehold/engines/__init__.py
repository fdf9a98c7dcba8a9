"""Local models' life cycle: run them, find them, fetch them, and answer without any."""
