"""Opening a stream to a target. `egress` is the only door out."""
