"""One typed tree: the file and the environment are read here, once.

    config = load(find(os.environ, Path.cwd()), os.environ)

`load` raises `ConfigFaults` with everything that is wrong; `check` tells it, and warnings too, without raising.
"""

from freehold.config.check import Report, check
from freehold.config.document import find
from freehold.config.load import load
from freehold.config.revision import revision_of
from freehold.config.routes import default_route
from freehold.config.tree import Config, Discover, Knowledge, Ledger, Policy, Route, Server
from freehold.tables.faults import ConfigFaults

__all__ = [
    "Config",
    "ConfigFaults",
    "Discover",
    "Knowledge",
    "Ledger",
    "Policy",
    "Report",
    "Route",
    "Server",
    "check",
    "default_route",
    "find",
    "load",
    "revision_of",
]
