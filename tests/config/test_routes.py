import msgspec
import pytest

from freehold.config import default_route
from freehold.config.routes import make_route
from freehold.config.schema import RouteTable
from freehold.core.label import PUBLIC
from freehold.core.target import Profile, Target
from freehold.policy.judge import Accept
from freehold.tables.faults import Findings

NAMES = ("a", "b", "c")


def attempt(**fields):
    findings = Findings()
    table = RouteTable(**{"name": "r", "targets": ("a", "b"), **fields})
    return make_route(table, NAMES, ("route", 0), findings), [fault.message for fault in findings.found]


def test_a_route_says_nothing_about_its_flow_and_falls_back():
    route, faults = attempt()
    assert faults == []
    assert route.flow == "fallback"


def test_a_route_names_what_grounds_its_answers():
    assert attempt(collections=("handbook",))[0].collections == ("handbook",)


def test_a_cascade_has_a_threshold_even_if_none_is_given():
    assert attempt(flow="cascade")[0].accept == Accept("confidence", 0.8)


def test_weights_add_up_to_one():
    assert attempt(flow="split", weights=(3.0, 1.0))[0].weights == (0.75, 0.25)
    assert attempt(flow="split")[0].weights == (0.5, 0.5)


@pytest.mark.parametrize(("given", "sticky"), [(None, "user"), ("user", "user"), ("key", "key"), ("none", "none")])
def test_a_split_keeps_to_users_unless_told_otherwise(given, sticky):
    assert attempt(flow="split", sticky=given)[0].sticky == sticky


def test_what_a_cascade_accepts_is_kept_as_it_is_given():
    accept = Accept("confidence", at_least=0.6, least_token=0.05, unknown="escalate")
    assert attempt(flow="cascade", accept=accept)[0].accept == accept
    assert attempt(flow="cascade", accept=Accept("structure"))[0].accept.score == "structure"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "r r"}, "cannot be a route's name"),
        ({"collections": ("ok", "Not Ok")}, "'Not Ok' cannot be a collection"),
        ({"targets": ("a", "x")}, "unknown target 'x'"),
        ({"targets": ("a", "a")}, "names 'a' twice"),
        ({"targets": ()}, "at least 1"),
        ({"flow": "cascade", "targets": ("a",)}, "at least 2"),
        ({"flow": "race", "targets": ("a",)}, "at least 2"),
        ({"flow": "fixed"}, "has one target"),
        ({"accept": Accept()}, "takes no 'accept'"),
        ({"weights": (1.0, 1.0)}, "takes no 'weights'"),
        ({"flow": "cascade", "sticky": "key"}, "takes no 'sticky'"),
        ({"flow": "cascade", "accept": Accept("agreement", least_token=0.1)}, "least_token says nothing of agreement"),
        ({"flow": "cascade", "sticky": "none"}, "takes no 'sticky'"),
        ({"flow": "split", "weights": (1.0,)}, "1 weights stand beside 2"),
        ({"flow": "split", "weights": (1.0, -1.0)}, "zero or more"),
        ({"flow": "split", "weights": (0.0, 0.0)}, "zero or more"),
        ({"flow": "split", "weights": (float("inf"), 1.0)}, "zero or more"),
    ],
)
def test_what_makes_no_sense_is_a_fault(fields, says):
    route, faults = attempt(**fields)
    assert route is None
    assert len(faults) == 1
    assert says in faults[0]


def target(name, provider="custom", *, owned=False, chat=True):
    profile = Profile(chat=chat)
    url = f"http://{name}/v1"
    return Target(name, "m", url, "openai", PUBLIC, provider=provider, owned=owned, profile=profile)


READER = target("reader", "reader", owned=True)
LOCAL = target("local", "ollama", owned=True)
OTHER = target("other", "ollama", owned=True)
SMALL, STRONG = target("small", "openai"), target("strong", "openai")
CLAUDE = target("claude", "anthropic")


@pytest.mark.parametrize(
    ("targets", "flow", "names"),
    [
        ([READER], "fixed", ("reader",)),
        ([READER, LOCAL], "fixed", ("local",)),
        ([READER, LOCAL, OTHER], "fallback", ("local", "other")),
        ([READER, SMALL, STRONG, CLAUDE], "fallback", ("small", "claude", "reader")),
        ([READER, SMALL, LOCAL, OTHER, CLAUDE], "cascade", ("local", "small", "claude")),
        ([target(f"x{number}") for number in range(9)], "fallback", ("x0", "x1", "x2")),
    ],
)
def test_auto_stays_home_first_and_asks_few(targets, flow, names):
    route = default_route(targets)
    assert (route.name, route.flow, route.targets) == ("auto", flow, names)


def test_what_does_not_chat_is_no_route():
    assert default_route([]) is None
    assert default_route([target("embedder", chat=False)]) is None


def test_the_route_it_makes_would_pass_as_a_configured_one():
    targets = [READER, LOCAL, SMALL]
    made = default_route(targets)
    findings = Findings()
    table = RouteTable(made.name, made.targets, made.flow)
    assert make_route(table, [each.name for each in targets], (), findings) == msgspec.structs.replace(made)
    assert findings.found == []
