"""What people write in TOML: read to its end, with the line of everything in it and every fault told at once."""
