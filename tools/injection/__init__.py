"""The texts that the classifier of instructions learns from: written here, or read from published sets."""
