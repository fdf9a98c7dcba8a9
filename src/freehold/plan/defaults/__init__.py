"""What each input is called, what it may be, how well it is known, and what is assumed where nobody says it."""
