from __future__ import annotations

import inspect
import re

import msgspec

from freehold.http.admin import AdminApi
from freehold.http.audit import AuditApi
from freehold.http.documents import DocumentApi
from freehold.http.erasure import ErasureApi
from freehold.http.evaluate import EvaluateApi
from freehold.http.evaluate_arena import ArenaApi
from freehold.http.evaluate_datasets import DatasetApi
from freehold.http.evaluate_judges import JudgeApi
from freehold.http.evaluate_promises import PromiseApi
from freehold.http.evaluate_routers import RouterApi
from freehold.http.evaluate_watch import WatchApi
from freehold.http.feedback import FeedbackApi
from freehold.http.files import FileApi
from freehold.http.keys import KeyApi
from freehold.http.limits import LimitApi
from freehold.http.menu import MenuApi
from freehold.http.metrics import MetricsPage
from freehold.http.models import ModelApi
from freehold.http.operations import Operations
from freehold.http.page import Page
from freehold.http.plan import PlanApi
from freehold.http.routes import OPERATIONS, described_path, openapi
from freehold.http.sessions import SessionApi
from freehold.http.usage import UsageApi
from freehold.http.vector_stores import VectorStoreApi

PARTS = {
    "metrics": MetricsPage,
    "models": ModelApi,
    "admin": AdminApi,
    "keys": KeyApi,
    "limits": LimitApi,
    "menu": MenuApi,
    "audit": AuditApi,
    "documents": DocumentApi,
    "erasure": ErasureApi,
    "evaluate": EvaluateApi,
    "evaluate_arena": ArenaApi,
    "evaluate_datasets": DatasetApi,
    "evaluate_judges": JudgeApi,
    "evaluate_promises": PromiseApi,
    "evaluate_routers": RouterApi,
    "evaluate_watch": WatchApi,
    "files": FileApi,
    "stores": VectorStoreApi,
    "operations": Operations,
    "plan": PlanApi,
    "page": Page,
    "usage": UsageApi,
    "feedback": FeedbackApi,
    "session": SessionApi,
}
DOCUMENT = msgspec.json.decode(msgspec.json.encode(openapi("1.2.3")))
DESCRIBED = {
    (method.upper(), path): operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def test_every_operation_has_a_handler() -> None:
    for operation in OPERATIONS:
        assert callable(getattr(PARTS[operation.part], operation.handler)), operation


def test_no_two_operations_share_a_place_or_a_handler() -> None:
    assert len({(each.method, each.path) for each in OPERATIONS}) == len(OPERATIONS)
    assert len({(each.part, each.handler) for each in OPERATIONS}) == len(OPERATIONS)


def test_every_handler_is_served() -> None:
    served = {(each.part, each.handler) for each in OPERATIONS}
    for part, api in PARTS.items():
        public = {name for name, value in vars(api).items() if not name.startswith("_") and callable(value)}
        assert {(part, name) for name in public} <= served


def test_the_description_covers_every_operation() -> None:
    assert DESCRIBED.keys() == {(each.method, described_path(each.path)) for each in OPERATIONS}
    assert DOCUMENT["openapi"] == "3.1.0"
    assert DOCUMENT["info"]["version"] == "1.2.3"
    assert len({operation["operationId"] for operation in DESCRIBED.values()}) == len(DESCRIBED)


def test_a_key_is_asked_for_wherever_one_is_needed() -> None:
    for each in OPERATIONS:
        described = DESCRIBED[each.method, described_path(each.path)]
        assert ("security" in described) == (each.who != "anyone"), each.path
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert {name for operation in DESCRIBED.values() for one in operation.get("security", ()) for name in one} == {
        *schemes
    }


def test_the_query_of_an_operation_is_what_its_handler_reads() -> None:
    for each in OPERATIONS:
        source = inspect.getsource(getattr(PARTS[each.part], each.handler))
        assert set(re.findall(r'query\.get\("(\w+)"', source)) == set(each.query), each.path


def test_every_name_in_a_path_is_described() -> None:
    for (_, path), operation in DESCRIBED.items():
        named = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))


def test_every_reference_leads_somewhere() -> None:
    references = re.findall(r'"\$ref":"#/components/schemas/([^"]+)"', msgspec.json.encode(DOCUMENT).decode())
    assert set(references) == set(DOCUMENT["components"]["schemas"])
    assert {each.body.__name__ for each in OPERATIONS if each.body} <= set(references)


def test_every_operation_has_responses() -> None:
    assert all(operation["responses"]["200"]["description"] for operation in DESCRIBED.values())
