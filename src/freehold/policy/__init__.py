"""Pure decisions: what may happen, what shall happen, and whether an answer will do.

Nothing here awaits, reads a clock, or opens anything. The same arguments give the same decision in every process.
"""
