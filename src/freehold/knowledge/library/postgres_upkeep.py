"""What the tables in PostgreSQL need now and then: room reclaimed, passages weighed anew, texts split anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from psycopg import sql

from freehold.knowledge.library.postgres_pool import Connection, Pool
from freehold.knowledge.library.postgres_vectors import spaces
from freehold.knowledge.library.postgres_words import drifted, tokens, weighed
from freehold.knowledge.rank.bags import ANALYSIS, bag, likeness

_TABLES = ("document", "content", "chunk", "words")

_LOCK = 0x6B656570
"""``keep`` in ASCII. Whoever weighs a collection anew, or (0) splits all texts anew, holds it with that number."""

_BATCH = 500

_VACUUM_LIMIT = "1h"
"""For one table. What takes longer is left to autovacuum."""

_SELECT = """
SELECT k.id, k.context, k.text FROM freehold.chunk k JOIN freehold.document d ON d.number = k.document
WHERE d.collection = %s AND k.id > %s ORDER BY k.id LIMIT %s
"""

_SPLIT = """
UPDATE freehold.words SET bag = %s::sparsevec, tokens = array_to_tsvector(string_to_array(%s, ' ')) WHERE chunk = %s
"""


def reclaim(connection: Connection) -> bool:
    """Have the room of removed rows, and their entries in indexes, reclaimed now rather than some time."""
    tables = [sql.Identifier("freehold", name) for name in _TABLES]
    tables += [space.table for space in spaces(connection)]
    connection.execute("SELECT set_config('statement_timeout', %s, false)", (_VACUUM_LIMIT,))
    for table in tables:
        connection.execute(sql.SQL("VACUUM (SKIP_LOCKED) {}").format(table))
    return True


def weigh_anew(connection: Connection, pool: Pool, collection: int) -> bool:
    """Weigh a collection's passages by their mean length of now, if that has moved too far from the one in use.

    False where another process is at it. One that broke off in the middle is done anew from the start.
    """
    if not _is_ours(connection, collection):
        return False
    pivot, mean = mean_length(connection, collection)
    if mean is not None and drifted(pivot, mean):
        _each_batch(pool, collection, partial(_weigh, pivot=mean))
        connection.execute("UPDATE freehold.collection SET pivot = %s WHERE number = %s", (mean, collection))
    return True


def numbers(connection: Connection) -> list[int]:
    """Every collection."""
    return [int(number) for (number,) in connection.execute("SELECT number FROM freehold.collection")]


def split_anew(pool: Pool) -> None:
    """Make every bag again where an earlier Freehold split texts otherwise."""
    if pool.read(_analysis) == ANALYSIS:
        return
    with pool.apart() as keeper:
        keeper.execute("SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false)")
        keeper.execute("SELECT pg_advisory_lock(%s, 0)", (_LOCK,))
        if _analysis(keeper) == ANALYSIS:  # Another process has been at it meanwhile.
            return
        for number, pivot in keeper.execute("SELECT number, pivot FROM freehold.collection").fetchall():
            _each_batch(pool, number, partial(_split, pivot=float(pivot or 1.0)))
        keeper.execute("UPDATE freehold.version SET analysis = %s", (ANALYSIS,))


def mean_length(connection: Connection, collection: int) -> tuple[float | None, float | None]:
    """The mean length in words that a collection's passages are weighed by, and the one they have now."""
    row = connection.execute(
        "SELECT c.pivot, sum(a.words)::float8 / nullif(sum(a.chunks), 0) FROM freehold.collection c "
        "LEFT JOIN freehold.audience a ON a.collection = c.number WHERE c.number = %s GROUP BY c.number",
        (collection,),
    ).fetchone()
    return (row[0], row[1]) if row else (None, None)


_Rows = list[tuple[int, str, str]]
"""Chunk, context, text."""


def _each_batch(pool: Pool, collection: int, work: Callable[[Connection, _Rows], None]) -> None:
    """Go through a collection's passages in short transactions, so that none waits long for another."""
    after: int | None = 0
    while after is not None:
        after = pool.write(partial(_batch, collection=collection, after=after, work=work))


def _batch(
    connection: Connection, collection: int, after: int, work: Callable[[Connection, _Rows], None]
) -> int | None:
    found = connection.execute(_SELECT, (collection, after, _BATCH)).fetchall()
    work(connection, [(int(key), context.decode(), text.decode()) for key, context, text in found])
    return int(found[-1][0]) if len(found) == _BATCH else None


def _weigh(connection: Connection, rows: _Rows, pivot: float) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE freehold.words SET bag = %s::sparsevec WHERE chunk = %s",
            [(weighed(bag(context, text), pivot), key) for key, context, text in rows],
        )


def _split(connection: Connection, rows: _Rows, pivot: float) -> None:
    bags = [(key, text, bag(context, text)) for key, context, text in rows]
    with connection.cursor() as cursor:
        cursor.executemany(_SPLIT, [(weighed(each, pivot), tokens(each), key) for key, _, each in bags])
        cursor.executemany(
            "UPDATE freehold.chunk SET likeness = %s WHERE id = %s", [(likeness(text), key) for key, text, _ in bags]
        )


def _analysis(connection: Connection) -> int:
    row = connection.execute("SELECT analysis FROM freehold.version").fetchone()
    return int(row[0]) if row else 0


def _is_ours(connection: Connection, collection: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCK, collection)).fetchone()
    return bool(row and row[0])
