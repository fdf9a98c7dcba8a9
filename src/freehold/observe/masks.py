"""Takes out of a line of the log what looks like a secret: keys of ours and of providers, and what stands in a header.

A net under what is never logged in the first place. It errs towards taking out.
"""

from __future__ import annotations

import re

MASK = "***"

_HEADER = re.compile(
    r"""(?ix)
    (\b(?:proxy-)?authorization|\bx-api-key|\bapi[-_]?key|\bcookie|\bset-cookie|\bpassword|\btoken|\bsecret)
    (["']?\s*[:=]\s*["']?)
    ((?:bearer|basic|token)\s+)?
    [^\s"',;&]+
    """
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}")
_KEY = re.compile(
    r"\b(?:fh-|sk-|pk-|rk-|gsk_|xai-|hf_|ghp_|github_pat_|glpat-|xox[abprs]-|AIza|AKIA|eyJ)[A-Za-z0-9._-]{12,}"
)
_USERINFO = re.compile(r"(?i)([a-z][a-z0-9+.-]{0,30}://)[^/\s@]{1,1024}@")
"""Both parts are bounded, so that a long line costs no more than its length."""


def masked(text: str) -> str:
    """The text with what looks like a secret as ``***``.

    >>> masked("GET / authorization: Bearer abc.def.ghi")
    'GET / authorization: ***'
    """
    text = _HEADER.sub(rf"\1\2{MASK}", text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    text = _KEY.sub(MASK, text)
    return _USERINFO.sub(rf"\1{MASK}@", text)
