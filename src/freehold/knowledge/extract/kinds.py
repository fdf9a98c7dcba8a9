"""The kinds of file that are told apart, and the media type of each."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "text", "markdown", "csv", "code", "html", "mail", "docx", "pptx", "xlsx", "pdf", "image", "older", "zip"
]

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: dict[Kind, str] = {
    "text": "text/plain",
    "markdown": "text/markdown",
    "csv": "text/csv",
    "code": "text/plain",
    "html": "text/html",
    "mail": "message/rfc822",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
IN_PROCESS: frozenset[Kind] = frozenset({"text", "markdown", "csv", "code"})
"""Read where they are: their readers take time in proportion to the text, whatever it is."""

KIND_OF_ENDING: dict[str, Kind] = {
    **dict.fromkeys(("md", "markdown", "mdown", "mkd", "mdx", "qmd", "rmd"), "markdown"),
    **dict.fromkeys(("csv", "tsv", "tab"), "csv"),
    **dict.fromkeys(("html", "htm", "xhtml", "xht"), "html"),
    **dict.fromkeys(("eml", "mht", "mhtml"), "mail"),
    **dict.fromkeys(("txt", "text", "log", "rst", "adoc", "org", "srt", "vtt"), "text"),
}
KIND_OF_TYPE: dict[str, Kind] = {
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "message/rfc822": "mail",
}


def ending_of(name: str) -> str:
    """What stands behind the last dot of a name, in small letters; nothing where there is no dot."""
    _, dot, ending = name.rsplit("/", 1)[-1].rpartition(".")
    return ending.casefold() if dot else ""
