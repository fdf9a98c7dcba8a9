import sys

import pytest

from freehold.config import check


@pytest.fixture
def warnings(tmp_path):
    def warnings(text, mode=0o600, **env):
        path = tmp_path / "freehold.toml"
        path.write_text(text)
        path.chmod(mode)
        report = check(path, env)
        assert report.faults == ()
        assert all(warning.mend for warning in report.warnings)
        return [(warning.line, warning.message) for warning in report.warnings]

    return warnings


LOCAL = '[[target]]\nname = "a"\nprovider = "ollama"\nmodel = "m"\n'
LITERAL = '[[target]]\nname = "a"\nprovider = "groq"\nmodel = "openai/gpt-oss-20b"\napi_key = "gsk-hunter2"\n'


def test_a_sound_file_has_nothing_to_say(warnings):
    assert warnings(LOCAL) == []


def test_without_a_file_there_is_nothing_to_say():
    assert check(None, {"OPENAI_API_KEY": "sk"}) == ((), ())


def test_a_file_that_cannot_be_read_is_one_fault(tmp_path):
    report = check(tmp_path / "none.toml", {})
    assert [fault.line for fault in report.faults] == [None]
    assert report.warnings == ()


def test_faults_and_warnings_are_told_together(tmp_path):
    path = tmp_path / "freehold.toml"
    path.write_text('[server]\nprot = 1\n[[target]]\nname = "a"\nprovider = "groq"\nmodel = "x"\napi_key = "k"\n')
    path.chmod(0o644)
    report = check(path, {})
    assert [fault.line for fault in report.faults] == [2]
    assert 7 in [warning.line for warning in report.warnings]


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_key_in_a_file_that_others_can_read(warnings, mode, warned):
    said = warnings(LITERAL, mode)
    assert ((5, "a key stands in a file that other users of this machine can read") in said) is warned
    assert not any("hunter2" in message for _, message in said)


def test_a_key_elsewhere_may_be_named_in_an_open_file(warnings):
    assert warnings(LITERAL.replace("gsk-hunter2", "env:K"), 0o644, K="k") == []


def test_an_unknown_price(warnings):
    said = warnings(LITERAL.replace("openai/gpt-oss-20b", "unheard-of"))
    assert said == [(4, "the price of 'a' is not known, so its cost is counted as nothing")]


def test_a_key_that_travels_unencrypted(warnings):
    row = '[[target]]\nname = "a"\nbase_url = "http://{}/v1"\nmodel = "m"\napi_key = "k"\n'
    assert warnings(row.format("10.0.0.7:8000")) == [(3, "'a' is sent its key, and everything else, unencrypted")]
    assert warnings(row.format("127.0.0.1:8000")) == []


def test_a_target_that_no_route_names(warnings):
    text = LOCAL + LOCAL.replace('"a"', '"b"')
    assert warnings(text) == []
    assert warnings(text + '[[route]]\nname = "auto"\ntargets = ["a"]\n') == [
        (6, "no route names 'b'; it answers only to its own name")
    ]


def test_a_cascade_that_cannot_measure_confidence(warnings):
    text = LITERAL.replace('"a"', '"g"') + LOCAL + '[[route]]\nname = "auto"\nflow = "cascade"\ntargets = ["g", "a"]\n'
    assert warnings(text) == [(13, "'g' gives no token probabilities; 'auto' judges it by structure alone")]
    assert warnings(text + 'accept = { score = "agreement" }\n') == []
    assert warnings(text + 'accept = { unknown = "escalate" }\n') == [
        (13, "'g' gives no token probabilities; 'auto' never keeps its answers")
    ]


def test_a_route_that_the_default_label_may_not_take(warnings):
    text = LITERAL + '[policy]\ndefault_label = "confidential"\n[[route]]\nname = "auto"\ntargets = ["a"]\n'
    assert warnings(text) == [(10, "no target of 'auto' may see data labelled confidential, the default")]


def test_text_that_is_kept_for_good(warnings):
    assert warnings(LOCAL + "[ledger]\ncapture = true\nretention_days = 0\n") == [(7, "captured text is kept for good")]


def test_a_declassifier_that_cannot_help_is_told(warnings):
    declassify = '[[declassify]]\nwhen = "personal-data"\nfor = ["a"]\n'
    assert warnings(LOCAL + declassify) == []
    off = '[guards]\nmode = "off"\n'
    assert [message for _, message in warnings(LOCAL + off + declassify)] == [
        "guards are off, so that nothing is declassified"
    ]
    shut = LOCAL + 'clearance = "public"\n' + declassify
    assert [message for _, message in warnings(shut) if "whatever" in message] == [
        "'a' may not see internal, the default, whatever is taken out"
    ]


@pytest.mark.parametrize("installed", [True, False])
def test_pages_that_are_images_need_the_extra(warnings, monkeypatch, installed):
    monkeypatch.setattr(
        sys.modules["freehold.config.check"], "find_spec", lambda _name: object() if installed else None
    )
    said = warnings(LOCAL + "[knowledge]\nocr = true\n")
    assert [line for line, message in said if "only images" in message] == ([] if installed else [6])


@pytest.mark.parametrize(
    ("url", "settings", "message"),
    [
        ("http://collector.example:4318", "content = true", "the collector is sent prompts unencrypted"),
        (
            "http://collector.example:4318",
            'content = true\nheaders = { x-token = "abc" }',
            "the collector is sent prompts and headers unencrypted",
        ),
        ("http://collector.example:4318", "", None),
        ("https://collector.example:4318", "content = true", None),
        ("http://127.0.0.1:4318", "content = true", None),
    ],
)
def test_a_collector_that_others_can_listen_to(warnings, url, settings, message):
    found = warnings(f'[telemetry]\nendpoint = "{url}"\n{settings}\n')
    assert [each[1] for each in found if "collector" in each[1]] == ([] if message is None else [message])
