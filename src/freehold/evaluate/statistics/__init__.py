"""What figures from a sample say, and how surely: pure functions over arrays, each with its source."""
