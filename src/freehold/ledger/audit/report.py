"""What labelled data fed which targets, from the log alone, and the statement that none fed a target outside.

A request counts as labelled where its own label is at or above the one asked for. It went out under that label, or,
where a declassifier took something out first, under the lower one that was left; the log has both. A document's label
no declassifier lowers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from freehold.core.label import Label
from freehold.core.record import Ending
from freehold.ledger.audit.leaf import HASHED, Body, Head, Sent, body_of
from freehold.ledger.audit.log import Log
from freehold.ledger.audit.tiles import Broken

MOST_POSITIONS = 1000
"""Leaves that are named one by one in each list; the rest are counted."""

LIMITS = (
    "What passes outside Freehold is not seen: a program that asks a target itself, or a person who copies a text.",
    "What a target does with what it was sent is not seen either.",
    "A label is only as good as what was declared and what the guards found.",
    "The log shows that nothing in it was changed since it was signed. That all was written down rests on Freehold.",
)
"""What the statement does not say."""

_LOST = str(Ending.LOST)


class UnknownTag(ValueError):
    """A tag was asked about that the log never names, so that nothing can be said of it."""


class Passed(msgspec.Struct, frozen=True):
    """One labelled request that reached a target outside."""

    index: int
    id: str
    target: str
    label: str
    """What it was sent under."""
    cleared: str | None
    bytes: int
    sha256: str | None
    declassified: str | None = None
    why: str = ""
    """Why it contradicts the statement; empty where it does not."""


class Fed(msgspec.Struct):
    """What one target was given of what is labelled."""

    owned: bool
    requests: int = 0
    bytes: int = 0


class DocumentUse(msgspec.Struct):
    """What became of one version of a labelled document."""

    label: str
    requests: int = 0
    targets: dict[str, int] = {}
    """By the name of a target, how many requests with it went there."""


class Report(msgspec.Struct):
    """The statement and what it rests on. Times are in nanoseconds."""

    label: str
    since_ns: int
    until_ns: int
    size: int
    root: bytes
    seen: int = 0
    """Requests in that time, labelled so or not."""
    labelled: int = 0
    first: int | None = None
    last: int | None = None
    """The indexes of the first and the last leaf that was looked at."""
    targets: dict[str, Fed] = {}
    documents: dict[str, DocumentUse] = {}
    """By ``id@version``."""
    violations: list[Passed] = []
    declassified: list[Passed] = []
    unnamed: int = 0
    """Of both lists, those that are counted and not named."""
    lost: list[int] = []
    """The leaves of requests that were under way when Freehold was killed; what became of them nobody knows."""
    cut: list[int] = []
    """The leaves of requests of which more was to be said than a leaf holds, so that their documents are not named."""
    off: list[tuple[int, int]] = []
    """Stretches of time before each start, in which no log was kept."""

    @property
    def empty(self) -> bool:
        """Whether the log has no leaf of that time, so that it says nothing of it."""
        return self.first is None

    @property
    def holds(self) -> bool:
        """Whether the log shows that nothing labelled so went out under that label to a target that is not owned."""
        return not self.violations and not self.empty


class _Configured(msgspec.Struct, frozen=True):
    cleared: str
    name: str
    owned: bool


class _Configuration(msgspec.Struct, frozen=True):
    """The body of a leaf that says what each target is cleared for."""

    revision: str
    targets: list[_Configured]


def report(log: Log, label: Label, since_ns: int = 0, until_ns: int = 2**63) -> Report:
    """Read the leaves of that time. The log is taken as it is: check it first.

    Raises `Broken` for what is no leaf, and `UnknownTag` for a label with a tag that no leaf names: a slip of the pen
    would else be told that nothing was sent.
    """
    found = _Reading(Report(str(label), since_ns, until_ns, len(log), log.checkpoint.root), label)
    # From the start, since what a target was cleared for may have been said long before; and to the end where a tag
    # is looked for.
    for head in log.heads():
        if head.at < until_ns:
            found.take(head)
        elif found.unknown:
            found.look(head)
        else:
            break
    if found.unknown:
        raise UnknownTag(_unknown(found.unknown, found.tags))
    return found.report


class _Reading:
    """A report while leaves are read."""

    def __init__(self, report: Report, label: Label) -> None:
        self.report = report
        self._label = label
        self._configured: dict[tuple[str, str], _Configured] = {}
        """What each revision of the policy says of each target."""
        self._last_ns = 0
        self._read: dict[str, Label | None] = {}
        """What each label says in words; `None` for one that cannot be read."""
        self.tags: set[str] = set()
        """Those that the log has named so far."""

    @property
    def unknown(self) -> frozenset[str]:
        """The tags of the label asked for that the log has not named so far."""
        return self._label.tags - self.tags

    def look(self, head: Head) -> None:
        """Take in what a leaf says of targets and the tags that it names, and nothing else."""
        if head.kind == "configuration":
            self._configure(head)
        elif head.kind == "exchange" and self.unknown and (label := _body(head).label) is not None:
            self._parsed(label)

    def take(self, head: Head) -> None:
        """Take a leaf into account."""
        report = self.report
        self.look(head)
        if head.at >= report.since_ns:
            report.first = head.index if report.first is None else report.first
            report.last = head.index
            if head.kind == "exchange":
                self._exchange(head.index, _body(head))
            elif head.kind == "start" and self._last_ns:
                report.off.append((self._last_ns, head.at))
        self._last_ns = head.at

    def _configure(self, head: Head) -> None:
        try:
            said = msgspec.json.decode(head.body, type=_Configuration)
        except msgspec.DecodeError as error:
            raise Broken(f"leaf {head.index} is no configuration: {error}") from None
        for each in said.targets:
            self._configured[said.revision, each.name] = each
            self._parsed(each.cleared)

    def _exchange(self, index: int, body: Body) -> None:
        report = self.report
        report.seen += 1
        if body.ending == _LOST:
            report.lost.append(index)
        if body.cut:
            report.cut.append(index)
        documents = [each for each in body.documents if self._labelled(each.label)]
        if not (documents or self._labelled(body.label)):
            return
        report.labelled += 1
        for each in documents:
            use = report.documents.setdefault(f"{each.id}@{each.version}", DocumentUse(each.label))
            use.requests += 1
        for attempt in body.attempts:
            if attempt.reached:
                self._sent(index, body, attempt, with_documents=bool(documents))
                for each in documents:
                    targets = report.documents[f"{each.id}@{each.version}"].targets
                    targets[attempt.target] = targets.get(attempt.target, 0) + 1

    def _sent(self, index: int, body: Body, attempt: Sent, *, with_documents: bool) -> None:
        report = self.report
        fed = report.targets.setdefault(attempt.target, Fed(attempt.owned))
        fed.requests += 1
        fed.bytes += attempt.bytes
        why = self._against(body, attempt, with_documents=with_documents)
        if attempt.owned and not why:
            return
        passed = Passed(
            index,
            body.id,
            attempt.target,
            attempt.label or "unknown",
            attempt.cleared,
            attempt.bytes,
            attempt.sha256,
            attempt.declassified,
            why,
        )
        into = report.violations if why else report.declassified
        if len(into) < MOST_POSITIONS:
            into.append(passed)
        else:
            report.unnamed += 1

    def _against(self, body: Body, attempt: Sent, *, with_documents: bool) -> str:
        """Why an attempt contradicts the statement; empty where it does not."""
        configured = self._configured.get((body.revision or "", attempt.target))
        if configured is not None and configured.owned != attempt.owned:
            return "the target is owned by this record and not by the configuration of its time, or the other way round"
        if configured is not None and attempt.cleared not in {None, configured.cleared}:
            return f"the target was asked as cleared for {attempt.cleared}, and configured for {configured.cleared}"
        if attempt.owned:
            return ""
        if attempt.cleared is not None and not _may_flow(attempt.label, attempt.cleared):
            return f"the target was cleared for {attempt.cleared} alone"
        if with_documents:
            return "a document of that label was among what the request was answered from"
        if self._labelled(attempt.label):
            return "it was sent under that label to a target outside"
        return "" if attempt.declassified else "its label fell, and no declassifier is named"

    def _labelled(self, label: str | None) -> bool:
        """Whether it is at or above what was asked for; one that cannot be read, or not whole, counts as if it were."""
        if label is None:
            return False
        found = self._parsed(label)
        if found is None:
            return True
        if any(tag.startswith(HASHED) for tag in found.tags):
            return self._label.level <= found.level
        return self._label.flows_to(found)

    def _parsed(self, text: str) -> Label | None:
        """A label from its words; `None` for one that cannot be read."""
        if text not in self._read:
            try:
                label = self._read[text] = Label.parse(text)
            except ValueError:
                self._read[text] = None
            else:
                self.tags |= label.tags
        return self._read[text]


def _body(head: Head) -> Body:
    try:
        return body_of(head.body)
    except msgspec.DecodeError as error:
        raise Broken(f"leaf {head.index} is no exchange's: {error}") from None


def _unknown(tags: Iterable[str], known: Iterable[str]) -> str:
    wanted = ", ".join(repr(tag) for tag in sorted(tags))
    named = ", ".join(sorted(known)) or "none at all"
    return f"no label or clearance in the log ever had the tag {wanted}, so it can show nothing of it; it names {named}"


def _may_flow(label: str | None, cleared: str) -> bool:
    try:
        return label is not None and Label.parse(label).flows_to(Label.parse(cleared))
    except ValueError:
        return False


def statement(report: Report) -> str:
    """What the log shows, in one sentence."""
    labelled = f"labelled {report.label} or above"
    if report.violations:
        count = len(report.violations)
        return f"The statement does not hold: {count} times something {labelled} reached a target outside."
    if report.empty:
        return "The log has no leaf of that time, and so it shows nothing of what was sent then."
    if report.declassified:
        return (
            f"Nothing {labelled} was sent to a target outside under such a label. {len(report.declassified)} times a"
            " request so labelled went to one under a lower label, after a declassifier had taken something out."
        )
    return f"Nothing {labelled} fed a target outside."


def lines(report: Report) -> Iterable[str]:
    """The report as text."""
    yield statement(report)
    yield ""
    yield f"from            {_moment(report.since_ns)}"
    yield f"to              {_moment(report.until_ns)}"
    yield f"leaves          {_span(report)} of {report.size}"
    yield f"requests        {report.seen}, of which {report.labelled} labelled {report.label} or above"
    for name, fed in sorted(report.targets.items()):
        where = "owned" if fed.owned else "outside"
        yield f"fed             {name} ({where}): {fed.requests} requests, {fed.bytes} bytes"
    for name, use in sorted(report.documents.items()):
        targets = ", ".join(f"{target} ({count})" for target, count in sorted(use.targets.items())) or "no target"
        yield f"document        {name} ({use.label}), in {use.requests} requests: {targets}"
    for each in report.violations:
        yield f"AGAINST         leaf {each.index}, {each.id} to {each.target} as {each.label}: {each.why}"
    for each in report.declassified:
        yield f"declassified    leaf {each.index}, {each.id} to {each.target} as {each.label}: {each.declassified}"
    if report.unnamed:
        yield f"                and {report.unnamed} more"
    yield ""
    yield "What this does not say:"
    for limit in limits(report):
        yield f"- {limit}"


def limits(report: Report) -> list[str]:
    """What the statement does not say, of this log and of any."""
    own = []
    if report.lost:
        own.append(
            f"{len(report.lost)} requests were under way when Freehold was killed, and what became of them is not"
            f" known: leaves {_first(report.lost)}."
        )
    if report.cut:
        own.append(f"Leaves too long to name their documents, findings and sources: {_first(report.cut)}.")
    if report.off:
        spans = ", ".join(f"{_moment(begin)} to {_moment(end)}" for begin, end in report.off[:20])
        own.append(f"Freehold did not run, or kept no log: {spans}{', ...' if report.off[20:] else ''}.")
    if report.declassified:
        own.append("Of what was declassified, it counts on the guards to have found what was to be taken out.")
    return [*own, *LIMITS]


def _first(indexes: Sequence[int]) -> str:
    return ", ".join(map(str, indexes[:20])) + (", ..." if indexes[20:] else "")


def as_json(report: Report) -> dict[str, Any]:
    """The report for programs; times are ISO 8601."""
    found: dict[str, Any] = msgspec.to_builtins(report, builtin_types=(bytes,))
    for name in ("since", "until"):
        found[name] = _moment(found.pop(f"{name}_ns"))
    found["off"] = [[_moment(begin), _moment(end)] for begin, end in report.off]
    return {
        "holds": report.holds,
        "statement": statement(report),
        **found,
        "root": report.root.hex(),
        "limits": limits(report),
    }


def _span(report: Report) -> str:
    return "none" if report.first is None else f"{report.first} to {report.last}"


def _moment(ns: int) -> str:
    if ns <= 0:
        return "the beginning"
    if ns >= 2**63:
        return "the end"
    return datetime.fromtimestamp(ns / 1e9, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
