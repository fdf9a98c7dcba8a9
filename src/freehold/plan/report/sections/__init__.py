"""The parts of the HTML report, in the order of a reader's questions."""
