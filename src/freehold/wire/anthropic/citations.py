"""Citations of this dialect, and the annotations that say the same in neutral words.

An annotation has the shape of an OpenAI ``url_citation`` where the source has an address, since that is the only shape
that dialect's clients know; the citation itself rides along, so that nothing is lost on the way back.
"""

from __future__ import annotations

from freehold.core.request import JsonObject

_OURS = ("number", "valid", "url", "collection", "document", "version", "page", "heading", "digest")
"""Members of a citation of a passage that have no name of this dialect's own."""


def annotation(citation: JsonObject, start: int, end: int) -> JsonObject:
    """A citation as an annotation of the answer's characters from `start` up to `end`."""
    address = citation.get("url") or citation.get("source")
    if not isinstance(address, str):
        return {"type": "citation", "start_index": start, "end_index": end, "citation": citation}
    located = {"url": address, "title": citation.get("title") or "", "start_index": start, "end_index": end}
    return {"type": "url_citation", "url_citation": located, "citation": citation}


def citation(annotation: JsonObject) -> JsonObject | None:
    """An annotation as a citation; `None` for one that this dialect has no words for."""
    own = annotation.get("citation")
    if isinstance(own, dict):
        return own
    located = annotation.get("url_citation")
    if not isinstance(located, dict):
        return None
    if "valid" in located:
        return _of_passage(located)
    return {
        "type": "web_search_result_location",
        "url": located.get("url", ""),
        "title": located.get("title"),
        "cited_text": "",
        "encrypted_index": "",
    }


def _of_passage(located: JsonObject) -> JsonObject:
    """A citation of one of the passages that Freehold gave: the documents of this dialect are counted from 0.

    One that cites nothing given says so in ``valid``, and quotes nothing.
    """
    return {
        "type": "char_location",
        "cited_text": located.get("quote", ""),
        "document_index": located["number"] - 1,
        "document_title": located.get("title") or None,
        "start_char_index": located.get("start", 0),
        "end_char_index": located.get("end", 0),
        "file_id": None,
        **{name: located[name] for name in _OURS if name in located},
    }


def place_of(annotation: JsonObject) -> int | None:
    """Characters of the answer after which a block of text ends because of this annotation; `None` where none does."""
    if "at" in annotation:
        return int(annotation["at"])
    if "citation" not in annotation:
        return None
    end = annotation.get("url_citation", annotation).get("end_index")
    return end if isinstance(end, int) else None
