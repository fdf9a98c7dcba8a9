"""What exists, as rows: providers, model families, prices, and the targets made from them."""
