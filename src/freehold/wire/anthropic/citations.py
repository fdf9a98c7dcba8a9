"""Citations of this dialect, and the annotations that say the same in neutral words.

An annotation has the shape of an OpenAI ``url_citation`` where the source has an address, since that is the only shape
that dialect's clients know; the citation itself rides along, so that nothing is lost on the way back.
"""

from __future__ import annotations

from freehold.core.request import JsonObject


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
    return {
        "type": "web_search_result_location",
        "url": located.get("url", ""),
        "title": located.get("title"),
        "cited_text": "",
        "encrypted_index": "",
    }
