"""The report's plots: SVG written here, in the page's own colours, at a width for screens and one for phones."""
