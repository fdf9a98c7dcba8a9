"""What the repository needs to set itself up and to write its own reference; no part of the package."""
