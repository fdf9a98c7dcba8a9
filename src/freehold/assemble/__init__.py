"""Puts the parts together: the only package that names every concrete class.

`build` makes a `Stack` from a configuration; the HTTP side and the commands use the stack and know nothing beneath it.
"""

from freehold.assemble.stack import Codecs, Stack, build

__all__ = ["Codecs", "Stack", "build"]
