"""Cuts an extracted text into chunks that can be found and cited."""

from freehold.knowledge.chunk.cutter import chunk as chunk
from freehold.knowledge.chunk.limits import Limits as Limits
from freehold.knowledge.chunk.widen import widen as widen
