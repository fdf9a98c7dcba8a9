"""Pages that are one file: HTML and SVG put together from elements, with no script, and what they look like."""
