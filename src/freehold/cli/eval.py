"""``freehold eval``: which model is good enough for the team's own work, and whether it still is."""

from __future__ import annotations

from freehold.cli.lazily import group
from freehold.cli.options import new_app

COMMANDS = {
    "data": "Add, list, show, export and remove datasets.",
    "judges": "Make, list, show and remove judges.",
    "certify": "Ask a judge about answers of which people know the better, and say whether it may decide anything.",
    "run": "Ask a route or a target for each example of a dataset, and score its answers.",
    "compare": "Ask several routes or targets for the same examples, and say how they differ, with intervals.",
    "report": "Sum up a run, or several of the same dataset side by side, from what they have.",
    "runs": "List runs, newest first.",
    "show": "Show a run.",
    "score": "Score the answers that a run has.",
    "stop": "Have runs ask for nothing more.",
    "resume": "Go on with runs.",
    "remove": "Forget runs that have ended, with their results.",
    "results": "Take results elsewhere, and bring those that were made there.",
    "import": "Keep what Inspect AI or lm-evaluation-harness asked and scored as a run.",
    "arena": "Rank routes and targets by blind votes, and say what is undecided.",
    "calibrate": "Choose when a route keeps the owned answer, so that a promise of harm holds.",
    "router": "Train, list, show and remove routers.",
    "promises": "List the promises that were ever made, or withdraw one.",
    "watch": "Say whether promises hold, targets and inputs are the same, and how candidates do.",
    "shadow": "Have a candidate answer a share of a route's traffic too, unseen by users, and compare.",
    "promote": "Have a candidate answer a route, or say what is missing.",
    "rollback": "Take back what was promoted last on a route.",
}
"""Every command with what it does, in the order of the help; the module ``eval_`` and its name holds each."""

app = new_app(cls=group(COMMANDS, "freehold.cli.eval_"), no_args_is_help=True)


@app.callback(epilog="Example: freehold eval compare local/qwen3-4b openai/gpt-5-mini --data work.jsonl --scorer exact")
def _eval() -> None:
    """Evaluate: ask models for the team's own work, and say which is good enough."""
