"""Vectors in PostgreSQL: a table for each space, and ranking by meaning.

As long as a query may see few enough rows of a table, all of them are compared. Above that an HNSW graph is asked,
which goes on looking until it has found enough of what the query may see (pgvector's iterative scan): rights are part
of the search here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import msgspec
import numpy as np
from psycopg import sql

from freehold.core.label import Label
from freehold.knowledge.library.postgres_frequencies import Scope
from freehold.knowledge.library.postgres_keeper import Keeper
from freehold.knowledge.library.postgres_pool import Connection, Pool
from freehold.knowledge.library.turns import Store, Turns, Waiting
from freehold.knowledge.ports import Vectors
from freehold.knowledge.rank.duplicates import Ranked

EXACT_UP_TO = 50_000
"""Passages that a query may see whose vectors are all compared. A table that has more gets its graph."""

_GRAPH_LOCK = 0x66726565
"""``free`` in ASCII. Whoever builds a graph holds this advisory lock, with the space's number."""

_GRAPH_LIMIT = "6h"
"""For building a graph. It also waits for every transaction that was there before, of whatever client."""

_CREATE = """
CREATE TABLE {table} (
  chunk bigint PRIMARY KEY REFERENCES freehold.chunk ON DELETE CASCADE,
  document int NOT NULL,
  audience int NOT NULL,
  vector vector({dimensions}) NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE {table} ALTER COLUMN vector SET STORAGE MAIN;
CREATE INDEX ON {table} (audience);
CREATE INDEX ON {table} (document)
"""

_KEEP = """
INSERT INTO {table} (chunk, document, audience, vector)
SELECT c.id, d.number, d.audience, %s::vector FROM freehold.chunk c JOIN freehold.document d ON d.number = c.document
WHERE c.id = %s
ON CONFLICT (chunk) DO UPDATE SET vector = excluded.vector
"""

_HOLD = """
SELECT 1 FROM freehold.document WHERE number IN (SELECT document FROM freehold.chunk WHERE id = ANY(%s))
ORDER BY number FOR SHARE
"""

_WAITING = """
SELECT n.name, d.number, d.chunks FROM freehold.document d
JOIN freehold.collection n ON n.number = d.collection JOIN freehold.audience a ON a.id = d.audience
WHERE a.label <> ALL(%(barred)s)
AND d.number IN (SELECT c.document FROM freehold.chunk c WHERE c.id > %(after)s {without})
"""

_MISSING = """
SELECT c.document, c.id FROM freehold.chunk c
JOIN freehold.document d ON d.number = c.document JOIN freehold.audience a ON a.id = d.audience
WHERE c.document = ANY(%(documents)s) AND a.label <> ALL(%(barred)s) {without} ORDER BY c.document, c."from", c.ordinal
"""

_TO_EMBED = """
SELECT c.id, c.context, c.text, a.label FROM freehold.chunk c
JOIN freehold.document d ON d.number = c.document JOIN freehold.audience a ON a.id = d.audience
WHERE c.id = ANY(%s) ORDER BY array_position(%s::bigint[], c.id)
"""

_WITHOUT = "AND NOT EXISTS (SELECT FROM {table} v WHERE v.chunk = c.id)"

_RANK = """
SELECT c.id, c.likeness, r.score FROM (
  SELECT chunk, -(vector <#> %(vector)s::vector) AS score FROM {table}
  WHERE audience = ANY(%(audiences)s) AND (%(documents)s::int[] IS NULL OR document = ANY(%(documents)s))
  ORDER BY {order} LIMIT %(depth)s
) r JOIN freehold.chunk c ON c.id = r.chunk ORDER BY r.score DESC, c.id
"""

_BY_COMPARING_ALL = sql.SQL("(vector <#> %(vector)s::vector) + 0, chunk")
"""An index on distances does not serve a sum, and so cannot be used."""
_BY_GRAPH = sql.SQL("vector <#> %(vector)s::vector")

_GRAPH_SETTINGS = """
SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', %s, true),
       set_config('hnsw.max_scan_tuples', '100000', true)
"""


class Space(msgspec.Struct, frozen=True):
    """A space that has vectors. `graph`: they are indexed."""

    number: int
    dimensions: int
    graph: bool

    @property
    def table(self) -> sql.Identifier:
        """Where its vectors are."""
        return sql.Identifier("freehold", f"vectors_{self.number}")


def active_space(connection: Connection) -> Space | None:
    """The space that searches use, if it has any vectors yet."""
    row = connection.execute(
        "SELECT number, dimensions, graph FROM freehold.space WHERE active AND dimensions IS NOT NULL"
    ).fetchone()
    return Space(*row) if row else None


def spaces(connection: Connection) -> list[Space]:
    """Every space that has vectors."""
    rows = connection.execute("SELECT number, dimensions, graph FROM freehold.space WHERE dimensions IS NOT NULL")
    return [Space(*row) for row in rows]


def rank(connection: Connection, vector: Vectors, scope: Scope, depth: int) -> list[Ranked]:
    """The passages nearest to a vector (shape ``(1, dimensions)``) within a scope, nearest first, at most `depth`."""
    space = active_space(connection)
    if space is None or vector.shape != (1, space.dimensions) or not scope.chunks:
        return []
    order = _BY_COMPARING_ALL
    if space.graph and scope.chunks > EXACT_UP_TO:
        order = _BY_GRAPH
        connection.execute(_GRAPH_SETTINGS, (str(min(max(depth, 40), 1000)),))
    rows = connection.execute(
        sql.SQL(_RANK).format(table=space.table, order=order),
        {
            "vector": as_text(vector[0]),
            "audiences": list(scope.audiences),
            "documents": None if scope.documents is None else list(scope.documents),
            "depth": depth,
        },
    ).fetchall()
    return [Ranked(int(key), int(likeness), float(score)) for key, likeness, score in rows]


def as_text(vector: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> str:
    """A `vector` in its text form. Nine digits give back every bit of a float32."""
    return "[" + ",".join(f"{value:.9g}" for value in vector.tolist()) + "]"


class Shelf:
    """Fills spaces, and gives them up."""

    def __init__(self, pool: Pool, keeper: Keeper) -> None:
        self._pool = pool
        self._keeper = keeper
        self._turns = Turns()

    def missing(self, space: str, limit: int, without: frozenset[Label] = frozenset()) -> list[tuple[int, str, Label]]:
        """Chunks without a vector in a space, in turns: id, context and text, label; not of those labels."""

        def read(connection: Connection) -> list[tuple[int, str, Label]]:
            chosen = self._turns.next(_store(connection, space, without), space, without, limit)
            return _to_embed(connection, [chunk for _, chunk in chosen])

        return self._pool.read(read)

    def add(self, space: str, chunks: Sequence[int], vectors: Vectors) -> None:
        """Keep vectors (shape ``(chunks, dimensions)``), and have the graph built once there are many."""
        if not len(chunks):
            return
        if vectors.ndim != 2 or len(vectors) != len(chunks):
            raise ValueError(f"{len(chunks)} chunks have vectors of shape {vectors.shape}")
        kept = self._pool.write(lambda connection: _add(connection, space, chunks, vectors))
        if not kept.graph and self._pool.read(lambda connection: _are_many(connection, kept)):
            self._ask_for_graph(kept)

    def use(self, space: str) -> None:
        """Search by a space from now on, and drop every other."""
        self._pool.write(lambda connection: _use(connection, space))
        self._turns.clear()

    def resume(self, connection: Connection) -> None:
        """Have every graph built that is wanted and not there, as after a build that broke off."""
        for space in spaces(connection):
            if not space.graph and _are_many(connection, space):
                self._ask_for_graph(space)

    def _ask_for_graph(self, space: Space) -> None:
        self._keeper.ask(f"the graph of space {space.number}", partial(_build_graph, number=space.number))


def _are_many(connection: Connection, space: Space) -> bool:
    """Whether a space has so many vectors that it needs a graph."""
    query = sql.SQL("SELECT count(*) FROM (SELECT FROM {} LIMIT %s) AS found").format(space.table)
    row = connection.execute(query, (EXACT_UP_TO + 1,)).fetchone()
    return bool(row and row[0] > EXACT_UP_TO)


def _store(connection: Connection, space: str, barred: Iterable[Label]) -> Store:
    """What waits for a vector of a space, within the connection's transaction."""
    row = connection.execute(
        "SELECT number, dimensions, graph FROM freehold.space WHERE id = %s AND dimensions IS NOT NULL", (space,)
    ).fetchone()
    without = sql.SQL(_WITHOUT).format(table=Space(*row).table) if row else sql.SQL("")
    labels = [str(label) for label in barred]

    def last() -> int:
        found = connection.execute("SELECT coalesce(max(id), 0) FROM freehold.chunk").fetchone()
        return int(found[0]) if found else 0

    def waiting(after: int) -> list[Waiting]:
        values = {"after": after, "barred": labels}
        return [Waiting(*row) for row in connection.execute(sql.SQL(_WAITING).format(without=without), values)]

    def missing(documents: Sequence[int]) -> list[tuple[int, int]]:
        values = {"documents": list(documents), "barred": labels}
        rows = connection.execute(sql.SQL(_MISSING).format(without=without), values)
        return [(int(document), int(chunk)) for document, chunk in rows]

    return Store(last, waiting, missing)


def _to_embed(connection: Connection, chunks: list[int]) -> list[tuple[int, str, Label]]:
    """Chunks in the order in which they are given: id, context and text, label."""
    return [
        (int(key), "\n".join(part.decode() for part in (context, text) if part), Label.parse(label))
        for key, context, text, label in connection.execute(_TO_EMBED, (chunks, chunks))
    ]


def _add(connection: Connection, name: str, chunks: Sequence[int], vectors: Vectors) -> Space:
    # While these are held no change of rights can pass by, which would leave a vector with the rights of before.
    connection.execute(_HOLD, (list(chunks),))
    space = _space_for(connection, name, vectors.shape[1])
    query = sql.SQL(_KEEP).format(table=space.table)
    with connection.cursor() as cursor:
        rows = zip(map(as_text, vectors), map(int, chunks), strict=True)
        cursor.executemany(query, list(rows))
    return space


def _space_for(connection: Connection, name: str, dimensions: int) -> Space:
    connection.execute("INSERT INTO freehold.space (id) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
    query = "SELECT number, dimensions, graph FROM freehold.space WHERE id = %s"
    number, known, graph = connection.execute(query, (name,)).fetchone() or (0, None, False)
    if known is None:
        # Only who makes the table need hold the row; whoever waits for it finds the table made.
        number, known, graph = connection.execute(query + " FOR UPDATE", (name,)).fetchone() or (0, None, False)
    space = Space(number, dimensions, graph)
    if known is None:
        create = sql.SQL(_CREATE).format(table=space.table, dimensions=sql.Literal(dimensions))
        connection.execute(create)
        connection.execute("UPDATE freehold.space SET dimensions = %s WHERE number = %s", (dimensions, number))
    elif known != dimensions:
        raise ValueError(f"vectors of {dimensions} numbers cannot be kept in a space of {known}")
    return space


def _use(connection: Connection, name: str) -> None:
    connection.execute("UPDATE freehold.space SET active = false WHERE id <> %s", (name,))
    connection.execute(
        "INSERT INTO freehold.space (id, active) VALUES (%s, true) ON CONFLICT (id) DO UPDATE SET active = true",
        (name,),
    )
    gone = connection.execute(
        "DELETE FROM freehold.space WHERE NOT active RETURNING number, dimensions, graph"
    ).fetchall()
    for number, dimensions, graph in gone:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(Space(number, dimensions or 0, graph).table))


def _build_graph(connection: Connection, number: int) -> bool:
    """Build a space's graph beside the reading and writing of others. False where another process is at it."""
    if not _lock_graph(connection, number):
        return False
    space = next((each for each in spaces(connection) if each.number == number), None)
    if space is None or space.graph:
        return True
    connection.execute(
        "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', '0', false), "
        "set_config('maintenance_work_mem', '512MB', false)",
        (_GRAPH_LIMIT,),
    )
    index = f"graph_{number}"
    if not _is_whole(connection, index):
        names = {"index": sql.Identifier(index), "table": space.table}
        # What a build that broke off has left is of no use.
        connection.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS freehold.{index}").format(**names))
        create = "CREATE INDEX CONCURRENTLY {index} ON {table} USING hnsw (vector vector_ip_ops)"
        connection.execute(sql.SQL(create).format(**names))
    connection.execute("UPDATE freehold.space SET graph = true WHERE number = %s", (number,))
    return True


def _lock_graph(connection: Connection, number: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_GRAPH_LOCK, number)).fetchone()
    return bool(row and row[0])


def _is_whole(connection: Connection, index: str) -> bool:
    """Whether an index is there and was built to its end, as a server does also for a client that has gone."""
    query = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
    row = connection.execute(query, (f"freehold.{index}",)).fetchone()
    return bool(row and row[0])
