"""The paths by which keys are managed."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from freehold.core.caller import Role
from freehold.core.limits import WhenSpent
from freehold.http.routes.operation import Operation


class KeyBody(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make. `label`: its default label. `models`: the aliases it may ask for; absent, all.

    `role`: what it may do beside asking models; `admin` says it for an admin. `groups`: whose documents it may read.
    `collections`: what grounds its answers where neither the request nor its route names any. `budget`: US dollars and
    a period, as in ``0.10/day``. `rpm`, `tpm`: requests and tokens in any sixty seconds; `parallel`: requests at once.
    """

    name: str
    label: str | None = None
    models: list[str] | None = None
    groups: list[str] = []
    collections: list[str] = []
    team: str | None = None
    role: Role = "user"
    admin: bool = False
    may_declare: bool = False
    capture: bool = False
    days: int | None = None
    budget: str | None = None
    rpm: int | None = None
    tpm: int | None = None
    parallel: int | None = None


class KeyChange(msgspec.Struct, forbid_unknown_fields=True):
    """What a key is to be from now on; what is not said stays.

    `null` takes away: a label, a team, the bounds of `models` or of `days`, which count from now.
    """

    name: str | UnsetType = UNSET
    label: str | UnsetType | None = UNSET
    models: list[str] | UnsetType | None = UNSET
    groups: list[str] | UnsetType = UNSET
    collections: list[str] | UnsetType = UNSET
    team: str | UnsetType | None = UNSET
    role: Role | UnsetType = UNSET
    may_declare: bool | UnsetType = UNSET
    capture: bool | UnsetType = UNSET
    days: int | UnsetType | None = UNSET


class KeyLimits(msgspec.Struct, forbid_unknown_fields=True):
    """What a key may spend and do from now on; what is not said stays, and `null` lifts a rate.

    `budget` is as in ``0.10/day``, in place of one for the same period; `warn_at` and `when_spent` are of it.
    """

    budget: str | None = None
    warn_at: float | None = None
    when_spent: WhenSpent = "refuse"
    rpm: int | UnsetType | None = UNSET
    tpm: int | UnsetType | None = UNSET
    parallel: int | UnsetType | None = UNSET


KEYS = (
    Operation("GET", "/api/keys", "keys", "list", "viewer", "List keys; never their secrets."),
    Operation("POST", "/api/keys", "keys", "create", "admin", "Make a key; it is shown once.", body=KeyBody),
    Operation("POST", "/api/keys/{}", "keys", "amend", "admin", "Change what a key may, at once.", body=KeyChange),
    Operation("POST", "/api/keys/{}/limits", "keys", "limit", "admin", "Limit a key, at once.", body=KeyLimits),
    Operation("POST", "/api/keys/{}/rotate", "keys", "rotate", "admin", "Replace a key's secret, at once."),
    Operation("DELETE", "/api/keys/{}", "keys", "revoke", "admin", "Revoke a key, at once."),
)
