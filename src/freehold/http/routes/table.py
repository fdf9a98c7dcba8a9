"""Every path that Freehold serves, in one table."""

from __future__ import annotations

from freehold.http.routes.admin import ADMIN
from freehold.http.routes.audit import AUDIT
from freehold.http.routes.documents import DOCUMENTS
from freehold.http.routes.erasure import ERASURE
from freehold.http.routes.evaluate import EVALUATE
from freehold.http.routes.evaluate_arena import EVALUATE_ARENA
from freehold.http.routes.evaluate_datasets import EVALUATE_DATASETS
from freehold.http.routes.evaluate_judges import EVALUATE_JUDGES
from freehold.http.routes.evaluate_promises import EVALUATE_PROMISES
from freehold.http.routes.evaluate_routers import EVALUATE_ROUTERS
from freehold.http.routes.evaluate_watch import EVALUATE_WATCH
from freehold.http.routes.feedback import FEEDBACK
from freehold.http.routes.keys import KEYS
from freehold.http.routes.limits import LIMITS
from freehold.http.routes.menu import MENU
from freehold.http.routes.models import MODELS
from freehold.http.routes.plan import PLAN
from freehold.http.routes.session import SESSION
from freehold.http.routes.stores import STORES
from freehold.http.routes.usage import USAGE
from freehold.http.routes.watch import WATCH

OPERATIONS = (
    *(*MODELS, *SESSION, *ADMIN, *MENU, *KEYS, *LIMITS, *USAGE, *FEEDBACK),
    *(*AUDIT, *ERASURE, *DOCUMENTS, *STORES, *WATCH, *PLAN, *EVALUATE, *EVALUATE_DATASETS, *EVALUATE_JUDGES),
    *EVALUATE_PROMISES,
    *EVALUATE_ROUTERS,
    *EVALUATE_WATCH,
    *EVALUATE_ARENA,
)
