"""From bytes that someone sent to documents that can be found, whatever happens in between."""
