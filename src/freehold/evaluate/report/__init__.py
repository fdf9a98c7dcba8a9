"""What runs have shown: subjects side by side, with intervals; as a table, as JSON, as a page; and rules for CI."""
