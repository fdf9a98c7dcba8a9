"""A plan as a table, as JSON, and as one HTML file."""
