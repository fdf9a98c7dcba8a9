"""The promise: when an owned answer may be kept, chosen so that the harm stays within what was asked for."""
