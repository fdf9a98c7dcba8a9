from freehold.catalog.implied import READER, implied_targets, on_the_fly
from freehold.catalog.targets import Surroundings


def implied(**env):
    faults = []
    targets = implied_targets(Surroundings(env), lambda *fault: faults.append(fault))
    return [target.name for target in targets], faults


def test_without_a_key_the_reader_stands_alone():
    assert implied() == ([READER.name], [])


def test_a_key_brings_its_provider():
    names, faults = implied(OPENAI_API_KEY="sk")
    assert names == [READER.name, "openai/gpt-6-luna", "openai/gpt-6.1-sol", "openai/text-embedding-3-small"]
    assert faults == []


def test_a_token_for_downloads_is_no_leave_to_send_prompts():
    assert implied(HF_TOKEN="hf") == ([READER.name], [])


def test_a_key_that_cannot_be_sent_is_told_and_its_provider_left_out():
    names, faults = implied(OPENAI_API_KEY="sk\nx", GROQ_API_KEY="g")
    assert all(not name.startswith("openai/") for name in names)
    assert "groq/openai/gpt-oss-20b" in names
    assert [message for _, message, _ in faults] == [
        "the key in OPENAI_API_KEY holds a space, a control character or a letter beyond ASCII"
    ]


def test_implied_targets_outside_are_cleared_for_internal_data_alone():
    targets = implied_targets(Surroundings({"OPENAI_API_KEY": "sk"}, tags=frozenset({"eu"})), lambda *_: None)
    assert [str(target.clearance) for target in targets[:2]] == ["restricted;eu", "internal"]


def test_a_model_is_made_a_target_when_it_is_asked_for():
    target = on_the_fly("openai/gpt-4.1", Surroundings({"OPENAI_API_KEY": "sk"}))
    assert (target.name, target.model, target.provider) == ("openai/gpt-4.1", "gpt-4.1", "openai")
    assert str(target.clearance) == "internal"


def test_a_models_own_name_may_hold_slashes():
    around = Surroundings({"OPENROUTER_API_KEY": "k"})
    assert on_the_fly("openrouter/meta-llama/llama-3:free", around).model == "meta-llama/llama-3:free"


def test_nothing_else_is_made_a_target():
    around = Surroundings({"OPENAI_API_KEY": "sk", "HF_TOKEN": "hf", "AZURE_OPENAI_API_KEY": "az", "VLLM_API_KEY": "v"})
    for alias in (
        "gpt-4.1",
        "openai/",
        "/gpt-4.1",
        "groq/llama",
        "nobody/x",
        "huggingface/x",
        "azure/x",
        "vllm/x",
        "reader/x",
        "openai/a b",
        "openai/a\r\nb",
        "openai/" + "x" * 200,
    ):
        assert on_the_fly(alias, around) is None, alias
