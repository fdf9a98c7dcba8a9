"""The shared words. No I/O, and no import of any other part of Freehold."""
