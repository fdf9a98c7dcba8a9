"""Durable background work: what was handed over is done, also by the process that comes after a crash."""

from __future__ import annotations

from freehold.jobs.durable import Jobs, Stopped

__all__ = ["Jobs", "Stopped"]
