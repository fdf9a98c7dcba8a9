"""A scenario as it is written, table by table, into a scenario with every number resolved."""
