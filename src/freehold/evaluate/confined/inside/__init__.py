"""What runs within the confined process. It imports nothing but Python's own library."""
