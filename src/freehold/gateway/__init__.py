"""The one pipeline. It names no vendor, no dialect and no database."""
