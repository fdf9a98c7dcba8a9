"""The way from every schema there ever was to the one of today. A revision, once released, is never edited."""
