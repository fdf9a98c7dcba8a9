"""Rows at rest. Knows tables, files and locks; nothing of requests, money or policy."""
