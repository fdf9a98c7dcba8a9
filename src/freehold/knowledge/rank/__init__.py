"""How passages are ranked: words, term weights, fusion, equal passages. Pure functions, shared by every library."""
