"""The JSON bodies that the endpoints of documents take. An unknown member of ours is a mistake; OpenAI's may grow."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.knowledge.model import Weights


class RelabelBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a document. `groups`: who may read it; empty, everyone who holds a key."""

    label: str | None = None
    groups: list[str] | None = None


class CollectionBody(msgspec.Struct, forbid_unknown_fields=True):
    """A collection to make or to change. What is left out stays as it is.

    `label` and `groups` are what a new document gets; `weights` are how its two rankings are fused.
    """

    name: str
    label: str | None = None
    groups: list[str] | None = None
    weights: Weights | None = None


class QuestionBody(msgspec.Struct, forbid_unknown_fields=True):
    """A question, and the documents that answer it, by name or id."""

    question: str
    documents: list[str]


class TuneBody(msgspec.Struct, forbid_unknown_fields=True):
    """Questions whose answers are known, from 1 to 1000, for choosing how a collection's two rankings are fused."""

    questions: list[QuestionBody]


class SearchBody(msgspec.Struct, forbid_unknown_fields=True):
    """What to find, in at most 1,000 characters.

    `collections`: default the key's, else all that it may see. `limit`: from 1 to 100.
    """

    query: str
    collections: list[str] = []
    limit: int = 10


class VectorStoreBody(msgspec.Struct):
    """A vector store to make, which is a collection. Neither expiry, metadata nor other chunks are to be had."""

    name: str | None = None
    file_ids: list[str] = []
    expires_after: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    chunking_strategy: dict[str, Any] | None = None


class StoreFileBody(msgspec.Struct):
    """A file to put into a vector store."""

    file_id: str
    attributes: dict[str, Any] | None = None
    chunking_strategy: dict[str, Any] | None = None


class FileBatchBody(msgspec.Struct):
    """Files to put into a vector store together: by their ids, or each as a row of its own."""

    file_ids: list[str] = []
    files: list[StoreFileBody] = []
    attributes: dict[str, Any] | None = None
    chunking_strategy: dict[str, Any] | None = None


class RankingBody(msgspec.Struct, frozen=True):
    """`score_threshold`: passages that score less are left out."""

    score_threshold: float = 0.0


class StoreSearchBody(msgspec.Struct):
    """What to find in a vector store. `max_num_results`: from 1 to 50."""

    query: str | list[str]
    max_num_results: int = 10
    filters: dict[str, Any] | None = None
    ranking_options: RankingBody = RankingBody()
