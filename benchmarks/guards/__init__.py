"""What the claims about sensitive data rest on: how well it is found, how quickly, and that none of it leaks."""
