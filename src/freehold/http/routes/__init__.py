"""Every path that Freehold serves, as rows: the application, the OpenAPI description and the reference read them."""

from __future__ import annotations

from freehold.http.routes.openapi import described_path, openapi
from freehold.http.routes.operation import Operation, Who
from freehold.http.routes.table import OPERATIONS

__all__ = ["OPERATIONS", "Operation", "Who", "described_path", "openapi"]
