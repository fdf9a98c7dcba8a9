"""Other tools' evaluations run against Freehold unchanged, and their results are compared with its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.live import COMMANDS
from support.server import Server, freehold
from tools import clients

pytestmark = [
    pytest.mark.skipif(
        not clients.is_current(),
        reason="inspect-ai and lm-eval are not installed; `make test` does it, or `python -m tools.clients`",
    ),
    pytest.mark.xdist_group("clients"),
]

CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[[target]]
name = "small"
provider = "scripted"
model = "play:{answers}#small"
[[target]]
name = "large"
provider = "scripted"
model = "play:{answers}#large"
"""
TASK = """
task: sums
dataset_path: json
dataset_kwargs:
  data_files:
    test: sums.jsonl
test_split: test
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{answer}}"
generation_kwargs:
  until: []
  max_gen_toks: 32
metric_list:
  - metric: exact_match
    aggregation: mean
    higher_is_better: true
"""
PROGRAM = """
from inspect_ai import Task, task
from inspect_ai.dataset import FieldSpec, json_dataset
from inspect_ai.scorer import match
from inspect_ai.solver import generate


@task
def sums():
    dataset = json_dataset("sums.jsonl", FieldSpec(input="question", target="answer"))
    return Task(dataset=dataset, solver=generate(), scorer=match())
"""
SIZE = 20
PATIENCE = 180


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a task for both tools; a quarter of its sums are too hard for `small`."""
    folder = tmp_path_factory.mktemp("work")
    sums = [(f"What is {number} plus {number + 3}?", str(2 * number + 3)) for number in range(SIZE)]
    answers = [
        {"input": asked, "small": right if number % 4 else "seven or so", "large": right}
        for number, (asked, right) in enumerate(sums)
    ]
    rows = [{"question": asked, "answer": right} for asked, right in sums]
    for name, lines in (("answers", answers), ("sums", rows)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "sums.yaml").write_text(TASK)
    (folder / "sums.py").write_text(PROGRAM)
    return folder


@pytest.fixture(scope="module")
def server(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    config = CONFIG.format(answers=work / "answers.jsonl")
    with freehold(tmp_path_factory.mktemp("freehold"), config) as running:
        yield running


def run(program: str, *arguments: str, work: Path, server: Server) -> str:
    """What a tool says; it reaches Freehold and nothing else, and finds nothing of this user's."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "OPENAI_API_KEY": server.key,
        "FREEHOLD_BASE_URL": f"{server.url}/v1",
        "FREEHOLD_API_KEY": server.key,
    }
    command = [str(clients.FOLDER / "bin" / program), *arguments]
    ran = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    return ran.stdout


def bring(server: Server, file: Path) -> dict[str, object]:
    """The run that `freehold eval import` makes of a file."""
    environment = {**os.environ, "FREEHOLD_URL": server.url, "FREEHOLD_KEY": server.key}
    command = [str(COMMANDS / "freehold"), "eval", "import", str(file), "--json"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def test_lm_evaluation_harness_scores_what_the_script_gives(work: Path, server: Server) -> None:
    for model, share in (("small", 0.75), ("large", 1.0)):
        run(
            *("lm_eval", "--model", "local-chat-completions"),
            *("--model_args", f"model={model},base_url={server.url}/v1/chat/completions,num_concurrent=4"),
            *("--tasks", "sums", "--include_path", ".", "--apply_chat_template", "--log_samples"),
            *("--output_path", "harness"),
            work=work,
            server=server,
        )
        [results] = (work / "harness" / model).glob("results_*.json")
        assert json.loads(results.read_text())["results"]["sums"]["exact_match,none"] == share
        [samples] = (work / "harness" / model).glob("samples_sums_*.jsonl")
        brought = bring(server, samples)
        assert (brought["subject"], brought["state"], brought["total"]) == (model, "done", SIZE)
        assert brought["scores"] == {"exact_match": {"told": SIZE, "mean": share}}


def test_inspect_ai_scores_what_the_script_gives_and_is_compared(work: Path, server: Server) -> None:
    brought = []
    for model, share in (("small", 0.75), ("large", 1.0)):
        run(
            *("inspect", "eval", "sums.py", "--model", f"openai-api/freehold/{model}"),
            *("--log-format", "json", "--log-dir", f"logs/{model}", "--display", "plain"),
            work=work,
            server=server,
        )
        [log] = (work / "logs" / model).glob("*.json")
        [scored] = json.loads(log.read_text())["results"]["scores"]
        assert scored["metrics"]["accuracy"]["value"] == share
        brought.append(bring(server, log))
        assert brought[-1]["scores"] == {"match": {"told": SIZE, "mean": share}}
    runs = ",".join(str(each["id"]) for each in brought)
    [pair] = server.ask("GET", f"/api/eval/comparison?runs={runs}").json["pairs"]
    [difference] = pair["scores"]
    assert (difference["won"], difference["lost"], difference["tied"]) == (5, 0, 15)
