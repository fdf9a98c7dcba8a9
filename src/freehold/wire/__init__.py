"""Pure codecs, both directions: what a caller sends and gets, what a provider is sent and gives. No I/O."""
