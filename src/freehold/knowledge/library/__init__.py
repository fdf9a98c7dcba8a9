"""Where documents are kept and chunks are found: one contract, a store for one machine and a store that scales."""
