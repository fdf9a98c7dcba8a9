"""What happened, what it cost, and why: written by the book, read by anyone."""
