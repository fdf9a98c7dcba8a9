"""A record of the ledger in words: one line in a list, or the whole story of a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

REQUEST_COLUMNS = ("started", "id", "key", "model", "label", "target", "ending", "cost $", "ms", "why")


def request_row(row: Mapping[str, Any]) -> list[object]:
    """A request in a list, in `REQUEST_COLUMNS`."""
    why = row["reason"] or row["error"]
    spent = None if row["total_ms"] is None else round(row["total_ms"])
    key = row["key"]["name"]
    return [
        *(row["started"], row["id"], key, row["model"], row["label"]),
        *(row["target"], row["ending"], row["cost"], spent, why),
    ]


def story(record: Mapping[str, Any]) -> list[str]:
    """What was asked, under which label, who might answer, who was asked, and how it ended. Line by line."""
    return [
        *_asked(record),
        *found(record["findings"]),
        *_permitted(record["permit"]),
        *_foreseen(record["forecast"]),
        *_tried(record["attempts"]),
        *_ended(record),
    ]


def found(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """What guards found, a line for each kind in each field, with what was done."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in findings:
        counts[row["kind"], row["field"], row["action"]] += row.get("count", 1)
    return [
        f"found: {f'{count} ' if count > 1 else ''}{kind} in {field} ({action})"
        for (kind, field, action), count in counts.items()
    ]


def _asked(record: Mapping[str, Any]) -> Iterator[str]:
    streamed = ", streamed" if record["stream"] else ""
    team = f" (team {record['team']})" if record["team"] else ""
    yield f"{record['id']}, {record['started']}"
    how = f"{record['dialect']} {record['kind']}{streamed}"
    yield f"asked: {record['key']['name']}{team} asked for {record['model']} ({how})"
    origins = ", ".join(f"{source['label']} from {source['origin']}" for source in record["label"]["sources"])
    yield f"label: {record['label']['value'] or 'none'}" + (f" ({origins})" if origins else "")


def _permitted(permit: Mapping[str, Any]) -> Iterator[str]:
    if permit["targets"]:
        yield f"might answer: {', '.join(permit['targets'])} (policy revision {permit['revision']})"
    for refusal in permit["refusals"]:
        yield f"refused: {refusal['target']} ({refusal['rule']}): {refusal['reason']}"


def _foreseen(forecast: Mapping[str, Any] | None) -> Iterator[str]:
    if forecast is None:
        return
    followed = {
        "escalated at once": ", so that the stronger target was asked at once",
        "weighed": ", weighed together with the answers",
    }.get(forecast["followed"], "")
    if forecast["chance"] is None:
        yield f"forecast: none by router {forecast['router']}: {forecast['missing']}{followed}"
        return
    chance = f"a chance of {forecast['chance']:.4g} that the owned answer will do"
    yield f"forecast: {chance} (router {forecast['router']}){followed}"


def _tried(attempts: list[Mapping[str, Any]]) -> Iterator[str]:
    for attempt in attempts:
        where = "at home" if attempt["owned"] else "outside"
        note = f", {attempt['note']}" if attempt["note"] else ""
        yield f"attempt {attempt['number']}: {attempt['target']} ({where}{note}){_outcome(attempt)}"
        if attempt["declassified"]:
            yield f"  saw less: {attempt['declassified']}"
        if (score := attempt["score"]) is not None:
            yield f"  judged by {score['method']}: {_verdict(score)}"
        if attempt["dropped"]:
            yield f"  left out, since it cannot be said there: {', '.join(attempt['dropped'])}"


def _outcome(attempt: Mapping[str, Any]) -> str:
    usage = attempt["usage"]
    guess = ", estimated" if usage["estimated"] else ""
    tokens = f"{usage['input_tokens'] or 0} tokens in, {usage['output_tokens'] or 0} out{guess}"
    spent = "" if attempt["total_ms"] is None else f", {attempt['total_ms']:.0f} ms"
    detail = f": {attempt['error']}" if attempt["error"] else ""
    said = f" failed ({attempt['fault']}){detail};" if attempt["fault"] else ""
    shown = ", shown" if attempt["shown"] else ""
    return f":{said} {tokens}, ${attempt['cost']}{spent}{shown}"


def _verdict(score: Mapping[str, Any]) -> str:
    value = "" if score["value"] is None else f" {score['value']:.2f}"
    reasons = f" ({'; '.join(score['reasons'])})" if score["reasons"] else ""
    return f"{'kept' if score['kept'] else 'not kept'}{value}{reasons}"


def _ended(record: Mapping[str, Any]) -> Iterator[str]:
    if record["reason"]:
        yield f"why: {record['reason']}"
    spent = "" if record["total_ms"] is None else f" after {record['total_ms']:.0f} ms"
    status = "" if record["status"] is None else f" with status {record['status']}"
    yield f"ended: {record['ending']}{status}{spent}"
    if record["error"]:
        yield f"error: {record['error']}"
    baseline = f"; the baseline would have cost ${record['baseline_cost']}" if record["baseline_cost"] else ""
    yield f"cost: ${record['cost']}{baseline}"
