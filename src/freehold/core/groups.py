"""What a group may be called: those that a key is in, and those that may read a document."""

from __future__ import annotations

from collections.abc import Iterable

from freehold.core.errors import BadRequest

LONGEST_GROUP = 100


def checked_groups(names: Iterable[str], param: str = "groups") -> frozenset[str]:
    """The groups, where each may be one; raises `BadRequest`, naming `param`, that says which may not.

    An empty name is refused rather than left out: a variable that is not set would open a document to everyone.

    >>> sorted(checked_groups(["staff", "hr"]))
    ['hr', 'staff']
    """
    groups = frozenset(names)
    for name in sorted(groups):
        if not name:
            raise BadRequest("a group without a name was given; name it, or leave it out", param=param)
        if len(name) > LONGEST_GROUP or not name.isprintable() or " " in name or "," in name:
            raise BadRequest(
                f"{name[:LONGEST_GROUP]!r} cannot be a group: at most {LONGEST_GROUP} characters, without spaces and"
                " commas",
                param=param,
            )
    return groups
