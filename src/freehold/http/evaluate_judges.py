"""Judges over HTTP: made, listed, removed, certified."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest
from freehold.http.asgi import Http
from freehold.http.parameters import convert, label, number
from freehold.http.routes.evaluate_judges import CertifyBody, JudgeBody, ThresholdsBody
from freehold.ledger.decision import moment

if TYPE_CHECKING:
    from freehold.evaluate.judges.model import Certificate, Certification, KeptJudge, Thresholds
    from freehold.evaluate.judges.service import Judges

_MOST_BYTES = 64 * 1024
_MOST_GOLD = 32 * 1024 * 1024
_LONGEST_WAIT = 30
"""Seconds."""
_SPANS = {"confidence": (0.5, 1.0), "kappa": (-1.0, 1.0)}
"""Between which ends a threshold lies; the others between 0 and 1."""


class JudgeApi:
    """The endpoints of judges, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def add(self, http: Http, caller: Caller) -> None:
        """``POST /api/eval/judges``."""
        # Here, as all of the wing, so that a start that evaluates nothing does not pay for it.
        from freehold.evaluate.judges.model import Judge  # noqa: PLC0415

        body = convert(await http.json(_MOST_BYTES), JudgeBody)
        judge = Judge(body.name, body.kind, body.model, body.rubric, body.scale)
        await http.tell(self._row(await self._judges.add(judge, caller), caller), 201)

    async def every(self, http: Http, caller: Caller) -> None:
        """``GET /api/eval/judges``."""
        await http.tell({"data": [self._row(kept, caller) for kept in await self._judges.all()]})

    async def show(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/eval/judges/{name}``."""
        kept = await self._judges.get(name)
        begun = await self._judges.certifications(name)
        await http.tell({**self._row(kept, caller), "certifications": [certification_row(each) for each in begun]})

    async def remove(self, http: Http, _caller: Caller, name: str) -> None:
        """``DELETE /api/eval/judges/{name}``."""
        await self._judges.remove(name)
        await http.tell({"removed": name})

    async def certify(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/eval/judges/{name}/certify``."""
        body = convert(await http.json(_MOST_GOLD), CertifyBody)
        thresholds, declared = thresholds_of(body.thresholds), label(body.label)
        begun = await self._judges.certify(name, body.rows, thresholds, caller, label=declared)
        await http.tell(certification_row(begun), 202)

    async def certification(self, http: Http, _caller: Caller, name: str) -> None:
        """``GET /api/eval/certifications/{id}``: with ``wait``, once it has ended or so many seconds later."""
        wait = min(number(http.query.get("wait", "0"), "wait"), _LONGEST_WAIT)
        judges = self._judges
        await http.tell(certification_row(await (judges.wait(name, wait) if wait else judges.certification(name))))

    @property
    def _judges(self) -> Judges:
        return self._stack.evaluating.judging

    def _row(self, kept: KeptJudge, caller: Caller) -> dict[str, Any]:
        standing = self._judges.standing(kept, caller)
        judge = kept.judge
        return {
            "name": judge.name,
            "id": judge.id,
            "kind": judge.kind,
            "model": judge.model,
            "rubric": judge.rubric,
            "scale": None if judge.kind == "pairwise" else judge.scale,
            "created": moment(kept.created_ns),
            "certified": standing.certified,
            "why_not": standing.why or None,
            "certificate": None if kept.certificate is None else certificate_row(kept.certificate),
        }


def thresholds_of(body: ThresholdsBody) -> Thresholds:
    """The usual ones with what was said otherwise; raises `BadRequest` for one that nothing can be held to."""
    from freehold.evaluate.judges.model import Thresholds  # noqa: PLC0415  # as above

    said = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not None}
    for name, value in said.items():
        low, high = _SPANS.get(name, (0.0, 1.0))
        if not (math.isfinite(value) and low < value < high):
            raise BadRequest(f"thresholds: {name} lies between {low:g} and {high:g}", param=f"thresholds.{name}")
    return Thresholds(**said)


def certification_row(certification: Certification) -> dict[str, Any]:
    """How far it is, without the gold."""
    made = certification.certificate
    return {
        "id": certification.id,
        "judge": certification.judge.name,
        "state": certification.state,
        "created": moment(certification.created_ns),
        "size": len(certification.gold),
        "done": sum(heard is not None for heard in certification.heard),
        "note": certification.note or None,
        "certificate": None if made is None else certificate_row(made),
    }


def certificate_row(certificate: Certificate) -> dict[str, Any]:
    """A certificate as it is told; what is no number is null."""
    row: dict[str, Any] = msgspec.to_builtins(certificate)
    row["cost_usd"] = row.pop("cost") / 1e9
    for measure in row["measures"]:
        interval = measure.pop("interval")
        measure.update({name: interval[name] if _is(interval[name]) else None for name in ("value", "low", "high")})
        measure["confidence"], measure["method"] = interval["confidence"], interval["method"]
    return row


def _is(value: float) -> bool:
    return math.isfinite(value)
