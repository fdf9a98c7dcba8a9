"""``freehold plan measure``: a short load test of a running server, and how fast it is beside the planner's model."""

from __future__ import annotations

import asyncio
import datetime
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from freehold.catalog.offers import Catalog, shipped
from freehold.cli import say
from freehold.cli.asking import Aim, aim, asking
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption
from freehold.cli.reach import Where
from freehold.core.errors import AttemptFailed, Fault
from freehold.plan.capacity.memory import Deployment
from freehold.plan.capacity.serving import Serving
from freehold.plan.measure.fit import Fit, fit
from freehold.plan.measure.fragment import Subject, fragment
from freehold.plan.measure.ladder import Climbed, Settings, climb
from freehold.plan.measure.load import Rung
from freehold.plan.report.figures import share
from freehold.plan.scenario_file import catalog_of

MOST_FAILED = 0.1
"""Of the requests: where more fail, those that are answered are not the usual ones."""
FORBIDDEN = 403
"""Rejected with it, a request has a label that may not go there; a key that is refused is another fault."""
COLUMNS = ("at once", "prompt", "answer", "first token", "95 %", "per token", "95 %", "tokens/s", "failed")


def measure(
    target: Annotated[str, typer.Argument(help="A target's name, or a server's address as http://127.0.0.1:8000/v1.")],
    *,
    model: Annotated[str | None, typer.Option(metavar="NAME", help="The model to ask for at an address.")] = None,
    key_variable: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="The environment variable with an address's key.")
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="The address is a machine of ours: tokens cost nothing.")] = False,
    architecture_name: Annotated[
        str | None, typer.Option("--architecture", metavar="NAME", help="The model's row in the planner's catalog.")
    ] = None,
    gpu_name: Annotated[str | None, typer.Option("--gpu", metavar="NAME", help="The GPU's row in the catalog.")] = None,
    scenario: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A scenario whose own [[machines]] the catalog has as well.")
    ] = None,
    gpus: Annotated[int, typer.Option(min=1, max=1024, help="GPUs of this one server.")] = 1,
    weights: Annotated[str, typer.Option(metavar="PRECISION", help="As in bf16, fp8, int4, q4_k_m.")] = "bf16",
    kv: Annotated[str, typer.Option(metavar="PRECISION", help="Of the cache: bf16 or fp8.")] = "bf16",
    engine: Annotated[str, typer.Option(metavar="NAME", help="vllm, sglang, trtllm or llama.cpp.")] = "vllm",
    prompt_tokens: Annotated[int, typer.Option(min=16, max=100_000, help="Of a usual request.")] = 512,
    answer_tokens: Annotated[int, typer.Option(min=16, max=10_000, help="Of a usual request.")] = 128,
    most: Annotated[int, typer.Option(min=1, max=512, help="Requests at once, at most.")] = 64,
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="For the whole test.")] = 90.0,
    ttft: Annotated[float | None, typer.Option(min=0.001, help="Stop where first tokens take longer, s.")] = None,
    tpot: Annotated[float | None, typer.Option(min=0.0001, help="Stop where further tokens take longer, s.")] = None,
    spend: Annotated[float | None, typer.Option(min=0, metavar="USD", help="What the test may cost at most.")] = None,
    option: Annotated[str | None, typer.Option(metavar="NAME", help="The scenario's option it is for.")] = None,
    toml: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the scenario's lines to a new file.")] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load a running server a little and say how fast it is, alone and beside the planner's model of it.

    Words of the test's own go there, no data. More and more requests at once, until objectives break, more bring
    nothing, or the time is over; Ctrl-C ends it with what is measured.

    Example: freehold plan measure gpu-box --architecture Llama-3.1-8B --gpu "RTX 4090" --toml measured.toml
    """
    today = datetime.datetime.now(datetime.UTC).date()
    catalog = shipped() if scenario is None else catalog_of(scenario, today=today)
    serving = _serving(catalog, architecture_name, gpu_name, gpus=gpus, weights=weights, kv=kv, engine=engine)
    if toml is not None and serving is None:
        raise UsedWrongly("--toml compares with the planner's model; say which with --architecture and --gpu")
    if toml is not None and toml.exists():
        raise UsedWrongly(f"{say.name(toml)} is there already; name a new file with --toml")
    aimed = aim(target, model=model, key_variable=key_variable, own=own, where=Where(config, data_dir))
    settings = Settings(
        prompt_tokens=prompt_tokens,
        answer_tokens=answer_tokens,
        most=most,
        seconds=seconds,
        ttft_s=ttft,
        tpot_s=tpot,
        usd=spend,
        usd_prompt=aimed.usd_prompt,
        usd_answer=aimed.usd_answer,
    )
    _allowed(aimed, settings)
    climbed = Climbed()
    interrupted = _climb(aimed, settings, climbed, quiet=as_json)
    if not climbed.rungs and not interrupted:
        raise CommandFailed(
            f"{aimed.target.name} finished no load ({climbed.ended}); give it more --seconds, or shorter answers"
        )
    fitted = None if serving is None else _fitted(serving, climbed, settings)
    subject = Subject(
        target=aimed.target.name,
        model=aimed.model,
        engine=engine,
        date=today.isoformat(),
    )
    lines = "" if fitted is None else fragment(option or target, subject, fitted, climbed.rungs)
    if as_json:
        say.json(_told(subject, climbed, fitted))
    else:
        _show(climbed, fitted, lines)
    for doubt in _doubts(climbed):
        say.note(doubt)
    if toml is not None and lines:
        _write(toml, lines)
    elif toml is not None and not interrupted:
        raise CommandFailed(f"{say.name(toml)} is not written: too little was measured, or too much failed")
    if interrupted:
        raise typer.Exit(130)


def _serving(
    catalog: Catalog, model: str | None, card: str | None, *, gpus: int, weights: str, kv: str, engine: str
) -> Serving | None:
    """The planner's model of the server; `None` where it was not said what it is."""
    if model is None and card is None:
        return None
    if model is None or card is None:
        raise UsedWrongly("the planner's model of a server needs both --architecture and --gpu")
    try:
        return Serving(Deployment(catalog.architecture(model), catalog.gpu(card), gpus, weights, kv, engine))
    except ValueError as error:
        raise UsedWrongly(str(error)) from error


def _allowed(aimed: Aim, settings: Settings) -> None:
    """Raises `UsedWrongly` where it costs money that nobody has allowed."""
    if aimed.unpriced:
        raise UsedWrongly(f"{aimed.unpriced}; where it is a machine of yours, say --own")
    if settings.estimate > 0 and settings.usd is None:
        raise UsedWrongly(
            f"{aimed.target.name} costs money: up to {settings.estimate:.2f} USD for {settings.most} requests at once;"
            " allow an amount with --spend USD, or ask for less with --most"
        )
    if settings.estimate > 0:
        say.note(f"may cost up to {settings.estimate:.4f} USD; no more than {settings.usd:.4f} is spent")


def _climb(aimed: Aim, settings: Settings, climbed: Climbed, *, quiet: bool) -> bool:
    """Measure; whether the user ended it. Each load is told as it is done."""

    def tell(rung: Rung) -> None:
        if not quiet:
            say.note(f"{rung.concurrency} at once: {rung.tokens_s:.0f} tokens/s")

    async def run() -> None:
        async with asking(aimed.target) as ask:
            await climb(ask, settings, climbed, tell)

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        return True
    except AttemptFailed as failure:
        if not climbed.rungs:
            raise CommandFailed(
                f"{aimed.target.name} cannot be measured: {failure.message}{_mend(failure)}"
            ) from failure
        climbed.ended = f"more than half of the requests failed: {failure.message}"
    return False


def _mend(failure: AttemptFailed) -> str:
    """What to do where a label may not go to the target; of other failures the target says what it can."""
    if failure.status != FORBIDDEN or failure.fault is not Fault.REJECTED:
        return ""
    return "; raise the target's clearance in the configuration, or set FREEHOLD_KEY to a key of a lower label"


def _fitted(serving: Serving, climbed: Climbed, settings: Settings) -> Fit | None:
    """What was measured beside the model; `None` where it is too little, or too much of it failed."""
    if _failed(climbed) > MOST_FAILED:
        return None
    seen = max((rung.concurrency for rung in climbed.rungs), default=1)
    try:
        return fit(serving, climbed.rungs, unseen=math.log2(settings.most / seen) if climbed.cut else 0.0)
    except ValueError:
        return None


def _failed(climbed: Climbed) -> float:
    """The share of the requests that failed."""
    failed = sum(rung.failed for rung in climbed.rungs)
    return failed / max(1, failed + sum(rung.requests for rung in climbed.rungs))


def _doubts(climbed: Climbed) -> Iterator[str]:
    """Why the numbers are less sure than they look."""
    if lost := _failed(climbed):
        told = f"{share(lost)} of the requests failed"
        yield told if lost <= MOST_FAILED else f"{told}: too many to compare the rest with the model"
    doubt = next((rung.doubt for rung in climbed.rungs if rung.doubt), "")
    if doubt:
        yield f"tokens are counted here, by words and pieces: {doubt}"


def _show(climbed: Climbed, fitted: Fit | None, lines: str) -> None:
    say.table(COLUMNS, [_row(rung) for rung in climbed.rungs])
    say.line(f"\nEnded: {climbed.ended}.")
    if fitted is not None:
        say.line(
            f"Beside the planner's model: {fitted.speed:.2f} times as fast ({fitted.low:.2f} to {fitted.high:.2f});"
            f" prompts {fitted.prefill:.2f}, answers {fitted.decode:.2f}."
        )
        say.line(f"\nFor a scenario:\n\n{lines}")


def _row(rung: Rung) -> list[object]:
    times = (rung.ttft_s, rung.ttft_p95_s, rung.tpot_s, rung.tpot_p95_s)
    return [
        rung.concurrency,
        round(rung.prompt_tokens),
        round(rung.answer_tokens),
        *(f"{1000 * seconds:.1f} ms" for seconds in times),
        f"{rung.tokens_s:.0f}",
        rung.failed or None,
    ]


def _told(subject: Subject, climbed: Climbed, fitted: Fit | None) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(subject),
        "ended": climbed.ended,
        "usd_at_most": climbed.usd,
        "loads": [{**msgspec.to_builtins(rung), "tokens_s": rung.tokens_s} for rung in climbed.rungs],
        "fit": None if fitted is None else msgspec.to_builtins(fitted),
    }


def _write(path: Path, lines: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(lines)
    except OSError as error:
        raise CommandFailed(f"cannot write {path}: {error.strerror}; choose another --toml") from error
    say.note(f"wrote {path}")
