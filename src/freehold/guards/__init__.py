"""Guards look at what a request, a passage or an answer holds: they find, rewrite or refuse, and never call out."""
