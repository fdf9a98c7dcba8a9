"""The router before generation: the chance, told from the prompt alone, that the owned answer will do."""
