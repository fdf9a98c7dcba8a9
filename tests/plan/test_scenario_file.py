"""Whole scenarios: those that are shipped, what a file may leave out, and what must never happen."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.ledger.workload import Asked, Cascaded, WorkloadReader
from freehold.plan.draws import inputs
from freehold.plan.scenario_file import ScenarioError, read
from freehold.stores.sqlite import open_store
from support.days import BEFORE, written
from support.exchanges import SECOND, attempt, begun, ended

EXAMPLES = Path(__file__).parents[2] / "examples" / "plan"
TODAY = date(2026, 11, 22)
MODERATE = tomllib.loads((EXAMPLES / "moderate.toml").read_text())


class Past:
    """A ledger at hand."""

    def __init__(self, rows=(), kept=Cascaded(0, 0)):  # noqa: B008  it is a tuple
        self.rows, self.kept = rows, kept

    def newest(self):
        return None

    def asked(self, span):
        yield from self.rows

    def cascaded(self, span):
        return self.kept


def two_weeks():
    start = 1_772_409_600 * 10**9
    return [Asked(start + n * 600 * 10**9, 1000, 100, 250) for n in range(14 * 144)]


def test_the_moderate_workload_is_read_as_it_is_told():
    scenario = read(EXAMPLES / "moderate.toml", today=TODAY)
    workload = scenario.workload
    assert workload.requests_a_day.value == 10_000
    assert (workload.prompt_tokens.value, workload.answer_tokens.value) == (2_000, 500)
    assert workload.days_a_month == 30.4
    servers = {option.name: option.server for option in scenario.options if hasattr(option, "server")}
    assert servers["a100"].gpus == 2
    assert {claim.name: claim.low for claim in scenario.claims}["rtx4090-month"] == 60 * 1.27


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_is_read(path):
    scenario = read(path, today=TODAY)
    assert scenario.name == path.stem
    assert len(scenario.options) >= 2
    assert scenario.claims
    for quantity in inputs(scenario):
        assert quantity.low <= quantity.value <= quantity.high
        assert quantity.source


def test_the_clinic_lets_nothing_out_and_the_startup_grows_tenfold():
    assert not read(EXAMPLES / "clinic.toml", today=TODAY).may_leave
    startup = read(EXAMPLES / "startup.toml", today=TODAY)
    growth = (1 + startup.workload.growth_a_month.value) ** (startup.horizon_months - 1)
    assert growth == pytest.approx(10, rel=0.02)


def test_with_nothing_said_five_ways_are_compared():
    scenario = read(None, today=TODAY)
    assert [option.name for option in scenario.options] == ["frontier", "hosted", "cloud", "owned", "hybrid"]
    assert scenario.name == "default"


def test_a_file_without_options_is_compared_over_them_and_says_so():
    scenario = read("[workload]\nrequests_a_day = 50\n", today=TODAY)
    assert scenario.workload.requests_a_day.value == 50
    assert len(scenario.options) == 5
    assert any("No options are said" in note for note in scenario.notes)


def test_each_input_has_a_path_of_its_own():
    paths = [quantity.path for quantity in inputs(read(EXAMPLES / "moderate.toml", today=TODAY))]
    assert len(paths) == len(set(paths))
    assert "options.frontier.input" in paths


def test_a_trace_stands_beside_its_scenario(tmp_path):
    rows = "".join(f"{second},1000,100\n" for second in range(0, 1800, 3))
    (tmp_path / "trace.csv").write_text("time,prompt_tokens,output_tokens\n" + rows)
    path = tmp_path / "mine.toml"
    path.write_text('[workload]\ntrace = "trace.csv"\npeak_over_mean = 2\n')
    scenario = read(path, today=TODAY)
    assert scenario.workload.requests_a_day.value == pytest.approx(86_400 / 3 / 2, rel=0.01)
    assert scenario.workload.busiest.rate == pytest.approx(1 / 3, rel=0.01)
    assert any("nobody knows how many" in said for said in scenario.warnings)
    assert "--set workload.requests_a_day=N" in scenario.warnings[0]
    wide = scenario.workload.requests_a_day
    assert wide.high / wide.low >= 100
    path.write_text('[workload]\ntrace = "trace.csv"\npeak_over_mean = 2\nrequests_a_day = 1_440\n')
    other = read(path, today=TODAY)
    assert other.workload.busiest.rate == pytest.approx(2 * 1_440 / 86_400, rel=0.01)
    assert not other.warnings


def test_what_a_trace_has_is_not_said_as_well(tmp_path):
    (tmp_path / "trace.csv").write_text("time,prompt_tokens,output_tokens\n1,5,5\n2,5,5\n")
    path = tmp_path / "mine.toml"
    path.write_text('[workload]\ntrace = "trace.csv"\nprompt_tokens = 5\nburstiness = 1\n')
    with pytest.raises(ScenarioError) as caught:
        read(path, today=TODAY)
    assert [fault.line for fault in caught.value.faults] == [3, 4]


def test_the_faults_of_a_trace_name_its_rows(tmp_path):
    (tmp_path / "trace.csv").write_text("time,prompt_tokens,output_tokens\n1,5,5\n2,-5,5\n")
    path = tmp_path / "mine.toml"
    path.write_text('[workload]\ntrace = "trace.csv"\n')
    with pytest.raises(ScenarioError, match=r"trace\.csv:3: prompt_tokens is '-5'"):
        read(path, today=TODAY)


def test_the_ledger_gives_the_workload_and_the_share_at_home():
    scenario = read(None, today=TODAY, ledger=Past(two_weeks(), Cascaded(1000, 700)))
    workload = scenario.workload
    assert workload.requests_a_day.value == pytest.approx(144)
    assert (workload.prompt_tokens.value, workload.answer_tokens.value) == (1000, 100)
    assert workload.cached_share.value == 0.25
    assert workload.cached_share.source.startswith("ledger")
    hybrid = scenario.options[-1]
    assert (hybrid.share_home.value, "1,000 judged" in hybrid.share_home.source) == (0.7, True)
    assert hybrid.share_home.low == pytest.approx(0.681, abs=0.001)
    assert workload.peak_over_mean.value == pytest.approx(1, rel=0.01)


def test_a_ledger_that_was_written_is_planned_from(tmp_path):
    store = open_store(tmp_path / "store")
    hour = 3600 * SECOND
    written(store, [ended(begun(id=f"fh_{n}", started_ns=BEFORE + n * hour), attempt()) for n in range(60)])
    scenario = read(None, today=TODAY, ledger=WorkloadReader(store.reader))
    workload = scenario.workload
    assert workload.requests_a_day.value == pytest.approx(24)
    assert (workload.prompt_tokens.value, workload.cached_share.value) == (100, 0.3)
    assert scenario.notes[0].startswith("Workload from the ledger: 60 answered chats in its last 2.5 days")


def test_a_short_ledger_says_so_and_an_empty_one_is_a_fault_with_the_mend():
    short = read(None, today=TODAY, ledger=Past(two_weeks()[:300], Cascaded(3, 2)))
    assert any("less than a week" in note for note in short.notes)
    assert any("Only 3 answers were judged" in note for note in short.notes)
    with pytest.raises(ScenarioError, match=r"no two answered requests.*send your programs' requests"):
        read(None, today=TODAY, ledger=Past())


def test_what_is_said_wins_over_the_ledger():
    text = "[workload]\nrequests_a_day = 500\ncached_share = 0.5\n"
    workload = read(text, today=TODAY, ledger=Past(two_weeks())).workload
    assert workload.requests_a_day.value == 500
    assert workload.busiest.cached.sum() / workload.busiest.prompt.sum() == pytest.approx(0.5)


def test_all_faults_come_at_once_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('titel = "x"\n[workload]\nrequests_a_day = -1\n[options.a]\nkind = "apy"\n')
    with pytest.raises(ScenarioError) as caught:
        read(path, today=TODAY)
    assert [fault.line for fault in caught.value.faults] == [1, 3, 5]
    assert all(fault.mend and str(fault).startswith(f"{path}:") for fault in caught.value.faults)


@pytest.mark.parametrize("text", ["[workload", "a = 1\na = 2", "workload = 5", "objectives = []", "claims = 1"])
def test_what_is_no_scenario_is_told(text):
    with pytest.raises(ScenarioError):
        read(text, today=TODAY)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        read(tmp_path / "none.toml", today=TODAY)


def said_of(source, **changes):
    with pytest.raises(ScenarioError) as caught:
        read(source, today=TODAY, changes=changes)
    return [str(fault) for fault in caught.value.faults]


def test_a_fault_of_a_changed_value_names_what_changed_it_once(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[options.a]\nkind = "api"\nmodel = "gpt-4o"\n')
    [one] = said_of(path, **{"options.a.input": -3.0})
    assert one.startswith("--set: options.a.input is -3; ")
    [two] = said_of(path, **{"options.b.input": 3.0})
    assert two.startswith("--set: options.b has no 'kind'; ")
    path.write_text('[options.a]\nkind = "api"\nmodel = "gpt-4o"\noutput = -1\n')
    assert any(": options.a.output is -1" in each and "mine.toml:4" in each for each in said_of(path))


def test_where_nothing_can_be_planned_it_is_told(tmp_path):
    path = tmp_path / "mine.toml"
    for text in ("", "# nothing but a comment\n"):
        path.write_text(text)
        [one] = said_of(path)
        assert "holds no scenario" in one
    [other] = said_of("[options]\n")
    assert "there are no options to compare" in other


def told(text):
    """The faults of a scenario, none where it is read."""
    try:
        scenario = read(text, today=TODAY)
    except ScenarioError as error:
        return error.faults
    return () if scenario.options else None


def toml(value) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(str(key))} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def lines(document: dict) -> str:
    return "".join(f"{toml(key)} = {toml(value)}\n" for key, value in document.items())


def leaves(value, place=()):
    for key, each in value.items():
        yield (*place, key)
        if isinstance(each, dict):
            yield from leaves(each, (*place, key))


def without(document, places):
    return {
        key: without(value, [place[1:] for place in places if place[0] == key and len(place) > 1])
        if isinstance(value, dict)
        else value
        for key, value in document.items()
        if (key,) not in places
    }


@settings(deadline=None, max_examples=60)
@given(st.sets(st.sampled_from(sorted(leaves(MODERATE))), max_size=12))
def test_any_keys_may_be_left_out_and_it_is_read_or_told(places):
    assert all(fault.message and fault.mend for fault in told(lines(without(MODERATE, list(places)))))


JUNK = st.one_of(
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=12),
    st.lists(st.integers(-5, 5), max_size=3),
    st.dictionaries(st.sampled_from(["value", "low", "high", "x", "share"]), st.integers(-5, 5), max_size=3),
)


def changed(document, place, value):
    key, *rest = place
    return {**document, key: changed(document[key], rest, value) if rest else value}


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(sorted(leaves(MODERATE))), JUNK)
def test_whatever_stands_anywhere_is_read_or_told(place, value):
    assert all(fault.message and fault.mend for fault in told(lines(changed(MODERATE, place, value))))


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 10**6),
    st.floats(0.05, 0.95),
    st.floats(0.01, 100.0),
    st.floats(1.0, 3.0),
)
def test_what_is_written_is_read_back(requests, share, price, wide):
    ends = {"low": price / wide, "value": price, "high": price * wide, "source": "a test"}
    document = {
        "workload": {"requests_a_day": requests, "cached_share": share},
        "options": {"a": {"kind": "api", "model": "mine", "input": ends, "output": price}},
    }
    scenario = read(lines(document), today=TODAY)
    api = scenario.options[0]
    assert scenario.workload.requests_a_day.value == requests
    assert scenario.workload.cached_share.value == share
    assert (api.input.low, api.input.value, api.input.high) == (ends["low"], price, ends["high"])
    assert api.input.source == "a test"
    assert api.output.value == price


def test_a_changed_length_differs_among_itself_as_it_did() -> None:
    text = "[workload]\nrequests_a_day = 100\nprompt_tokens = { value = 1000, p95 = 3000, low = 900 }\n"
    text += "answer_tokens = { value = 200, cv = 1.5, source = 'a trace' }\n"
    text += "prefix_share = 0.5\nprefix_tokens = 100\n"
    before = read(text, today=TODAY)
    changes = {"workload.prompt_tokens": 500.0, "workload.answer_tokens": 400.0, "workload.cached_share": 0.25}
    after = read(text, today=TODAY, changes=changes)
    assert (after.workload.prompt_tokens.value, after.workload.answer_tokens.value) == (500, 400)
    assert after.workload.cached_share.value == 0.25
    for length in ("prompt", "answer"):
        was, now = (getattr(each.workload.busiest, length) for each in (before, after))
        assert now.std() / now.mean() == pytest.approx(was.std() / was.mean(), rel=0.05)
