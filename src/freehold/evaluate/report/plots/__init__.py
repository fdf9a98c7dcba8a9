"""The plots of the page, as SVG."""
