"""Answers from a team's own documents: read, cut, indexed, found, cited. It meets the gateway as an `Enricher`."""
