"""Judges and their certifications in the database: rows of ``eval_judges``, told apart by how their ids begin.

A judge's row (``jd_``) is written once; a certification's (``ct_``) as it goes on, whole each time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import msgspec

from freehold.core.errors import NotFound
from freehold.evaluate.judges.model import Certificate, Certification, Judge, KeptJudge
from freehold.evaluate.kept import opened

_JUDGE, _CERTIFICATION = "jd_", "ct_"
_INSERT = (
    "INSERT INTO eval_judges (id, name, created_ns, certified, body) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET certified = excluded.certified, body = excluded.body,"
    " created_ns = excluded.created_ns, name = excluded.name"
)
_OF_KIND = "SELECT id, name, created_ns, body FROM eval_judges WHERE substr(id, 1, 3) = ? ORDER BY created_ns DESC, id"
_NEWEST = (
    "SELECT json_extract(body, '$.certificate') FROM eval_judges WHERE name = ? AND substr(id, 1, 3) = 'ct_'"
    " AND json_extract(body, '$.certificate.judge') = ? ORDER BY created_ns DESC, id LIMIT 1"
)
"""Without the gold, which may be large."""
_ONE = "SELECT body FROM eval_judges WHERE id = ?"
_REMOVE = "DELETE FROM eval_judges WHERE name = ?"

_encode = msgspec.json.Encoder().encode
_judge = msgspec.json.Decoder(Judge).decode
_certificate = msgspec.json.Decoder(Certificate).decode
_certification = msgspec.json.Decoder(Certification).decode


class JudgeStore:
    """Over one database; `connect` opens a connection that writes. Each call takes one of its own, for any thread.

    Raises `Unavailable` where the disk does not take it.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def add(self, judge: Judge) -> KeptJudge:
        """Keep a judge; of that name, it is the one from now on. An earlier certificate of the very same one holds."""
        now = time.time_ns()
        # Its name is no part of what it is, and stands in its row's id only so that two names may share one judge.
        self._write((f"{judge.id}:{judge.name}", judge.name, now, False, _encode(judge).decode()))
        return KeptJudge(judge, now, self._newest(judge))

    def all(self) -> list[KeptJudge]:
        """The judge of each name as it is now, newest first."""
        newest: dict[str, KeptJudge] = {}
        for row in self._rows(_OF_KIND, (_JUDGE,)):
            if row[1] not in newest:
                judge = _judge(row[3])
                newest[row[1]] = KeptJudge(judge, row[2], self._newest(judge))
        return list(newest.values())

    def latest(self, name: str) -> KeptJudge | None:
        """The judge of a name as it is now."""
        return next((kept for kept in self.all() if kept.judge.name == name), None)

    def get(self, name: str) -> KeptJudge:
        """The same; raises `NotFound`."""
        kept = self.latest(name)
        if kept is None:
            known = ", ".join(sorted(each.judge.name for each in self.all())) or "none yet"
            raise NotFound(f"there is no judge {name[:80]!r}; there are: {known}")
        return kept

    def remove(self, name: str) -> None:
        """Remove a judge with all of its certifications; raises `NotFound`."""
        self.get(name)
        self._run(_REMOVE, (name,))

    def keep(self, certification: Certification) -> None:
        """Write a certification as it is now."""
        passed = certification.certificate is not None and certification.certificate.passed
        body = _encode(certification).decode()
        self._write((certification.id, certification.judge.name, certification.created_ns, passed, body))

    def certification(self, found: str) -> Certification:
        """One certification; raises `NotFound`."""
        rows = self._rows(_ONE, (found,)) if found.startswith(_CERTIFICATION) else []
        if not rows:
            raise NotFound(f"there is no certification {found[:80]!r}")
        return _certification(rows[0][0])

    def certifications(self, name: str) -> list[Certification]:
        """Those of the judges of a name, newest first."""
        return [_certification(row[3]) for row in self._rows(_OF_KIND, (_CERTIFICATION,)) if row[1] == name]

    def _newest(self, judge: Judge) -> Certificate | None:
        rows = self._rows(_NEWEST, (judge.name, judge.id))
        return _certificate(rows[0][0]) if rows else None

    def _write(self, row: tuple[str, str, int, bool, str]) -> None:
        self._run(_INSERT, row)

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        with self._opened() as connection:
            connection.execute(statement, values)

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._opened() as connection:
            return [tuple(row) for row in connection.execute(statement, values)]

    def _opened(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._connect, "judges")
