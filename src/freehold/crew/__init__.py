"""Several processes that serve one port: the first worker, which counts and writes, and its hands, which answer.

The first is a whole Freehold. A hand answers model requests by the same pipeline; what there can be only one of (the
ledger's writer, the accountant, the gates, the engines) it asks of the first over a pair of sockets.
"""
