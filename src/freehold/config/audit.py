"""``[audit]``: whether there is a log, and who is shown its checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from freehold.catalog.keys import expand_home
from freehold.config.schema import AuditTable
from freehold.config.tree import Audit
from freehold.ledger.audit.note import BadNote, PublicKey
from freehold.tables.faults import Findings
from freehold.tables.read import read_plain

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def make_audit(document: Mapping[str, Any], folder: Path, env: Mapping[str, str], findings: Findings) -> Audit:
    """``[audit]``; `folder` is the configuration's own, from which a relative path leads. What is at fault is found."""
    table = read_plain(AuditTable, document.get("audit", {}), ("audit",), findings)
    if not 1 <= table.every <= 86_400:
        findings.add(("audit", "every"), f"every is {table.every:g}", "give seconds, from 1 to 86400")
    witness = table.witness
    if witness is None:
        if table.witness_key is not None:
            findings.add(("audit", "witness_key"), "a witness's key, and no witness", "name the witness, or remove it")
        return Audit(table.enabled, None, None, table.every)
    if "://" not in witness:
        path = expand_home(witness, env)
        return Audit(table.enabled, str(path if path.is_absolute() else folder.absolute() / path), None, table.every)
    _check_url(witness, findings)
    if table.witness_key is None:
        mend = 'add witness_key = "name+id+key", as its operator hands it out'
        findings.add(("audit", "witness"), "a witness at a URL is known by its key, and none is given", mend)
    else:
        try:
            PublicKey.parse(table.witness_key)
        except BadNote as error:
            findings.add(("audit", "witness_key"), str(error), "copy it whole from who runs the witness")
    return Audit(table.enabled, witness, table.witness_key, table.every)


def _check_url(url: str, findings: Findings) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    plain = parts.scheme == "http" and host in _LOOPBACK
    if not host or not (parts.scheme == "https" or plain) or "@" in parts.netloc or parts.query or parts.fragment:
        # The text is not repeated: it may hold a password.
        mend = "give an https:// address without user, query or fragment, the path of a file, or a git directory"
        findings.add(("audit", "witness"), "the witness's address is none that can be used", mend)
