"""Puts the parts together: the only package that names every concrete class.

`build` makes a `Stack` from a configuration; the HTTP side and the commands use the stack and know nothing beneath it.
"""

from freehold.assemble.answering import Answering, Codecs
from freehold.assemble.hand import Hand
from freehold.assemble.stack import Stack, build

__all__ = ["Answering", "Codecs", "Hand", "Stack", "build"]
