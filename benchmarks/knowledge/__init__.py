"""What the claims about documents rest on: how well passages are found, and how quickly."""
