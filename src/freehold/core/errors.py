"""Everything that can go wrong, as one tree.

    FreeholdError
    ├── RequestError              the caller's fault or fate; has an HTTP status
    │   ├── BadRequest            400  names the field
    │   ├── Unauthorized          401
    │   │   └── SessionEnded      401  the page signs in anew
    │   ├── BudgetSpent           402  says when it renews
    │   ├── Forbidden             403
    │   │   ├── ForeignRequest    403  not the page's own, or not of this origin
    │   │   ├── LabelForbidden    403  which label, which targets would have been allowed
    │   │   └── GuardForbidden    403  what was found, and in which field
    │   ├── UnknownModel          404
    │   ├── NotFound              404
    │   ├── MethodNotAllowed      405
    │   ├── Conflict              409
    │   ├── TooLarge              413
    │   ├── Unprocessable         422
    │   ├── RateLimited           429  with retry_after
    │   ├── UpstreamFailed        502  every target failed; carries each attempt's failure
    │   │   └── UpstreamTimeout   504
    │   └── Unavailable           503
    ├── AttemptFailed             one try at one target, before or after its first event
    └── SetupError                the machine or the configuration; has a mend
        ├── ConfigError           file, line, mend
        ├── UnknownRow            the catalog has no row of that name; the nearest it has
        └── AlreadyRunning        the pid that holds the data directory

An error carries what its catcher needs; the texts are for the caller, and never hold a secret.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from freehold.core.label import Label
from freehold.core.limits import Allowance


class FreeholdError(Exception):
    """Something went wrong in Freehold."""


class RequestError(FreeholdError):
    """A request that gets an error for an answer."""

    status = 500
    code = "internal_error"

    def __init__(self, message: str, *, param: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.retry_after = retry_after
        """Seconds after which to try again, where that is known."""


class BadRequest(RequestError):
    """The request is malformed, or asks for what no target of its route can do; `param` names the field."""

    status, code = 400, "invalid_request"


class Unauthorized(RequestError):
    """No key was sent, or one that is not known, has expired or was revoked."""

    status, code = 401, "invalid_api_key"


class SessionEnded(Unauthorized):
    """The cookie is of no session that stands: it was left alone for too long, ended, or its key did."""

    code = "session_ended"


class BudgetSpent(RequestError):
    """A budget that would have to pay is spent, or held back by requests under way; the message says when it renews."""

    status, code = 402, "budget_spent"

    def __init__(self, message: str, *, retry_after: float | None = None, renews: str | None = None) -> None:
        """`renews`: when its next period begins, in ISO 8601."""
        super().__init__(message, retry_after=retry_after)
        self.renews = renews


class Forbidden(RequestError):
    """The key is good, but it may not do this."""

    status, code = 403, "forbidden"


class ForeignRequest(Forbidden):
    """A request that came with the page's cookie, and not from the page."""

    code = "csrf_refused"


class LabelForbidden(Forbidden):
    """No target that was asked for may see data of this label."""

    code = "label_forbidden"

    def __init__(self, label: Label, refused: Sequence[str], allowed: Sequence[str], *, because: str = "") -> None:
        """`because`: what raised the label, without the words of anybody."""
        would = f"allowed for this label: {', '.join(allowed)}" if allowed else "no configured target is cleared for it"
        why = f" ({because})" if because else ""
        super().__init__(f"data labelled {label}{why} may not flow to {', '.join(refused)}; {would}", param="model")
        self.label = label
        self.allowed = tuple(allowed)


class GuardForbidden(Forbidden):
    """A guard refuses it: what was found and in which field, never the words."""

    code = "guard_forbidden"


class UnknownModel(RequestError):
    """No route or target has this name, or the key may not ask for it; the message has the nearest names."""

    status, code = 404, "model_not_found"


class NotFound(RequestError):
    """There is nothing at this path or under this id, or the key may not see it."""

    status, code = 404, "not_found"


class MethodNotAllowed(RequestError):
    """There is something at this path, and it takes other methods; the header ``allow`` names them."""

    status, code = 405, "method_not_allowed"

    def __init__(self, message: str, allowed: Sequence[str]) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)


class Conflict(RequestError):
    """What stands now does not allow it, such as a key that is revoked already or a change that needs a restart."""

    status, code = 409, "conflict"


class TooLarge(RequestError):
    """The body is larger than ``[server] max_body_mb`` allows."""

    status, code = 413, "request_too_large"


class Unprocessable(RequestError):
    """What is asked is well formed and still cannot be done, such as loading a configuration that has faults."""

    status, code = 422, "unprocessable"


class RateLimited(RequestError):
    """A rate allows no more, or every target that may answer is at its limit; ``retry-after``: when there is room."""

    status, code = 429, "rate_limited"

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        retry_after: float | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        """`allowance`: how the caller's own rates stand, where it is one of them."""
        super().__init__(message, param=param, retry_after=retry_after)
        self.allowance = allowance


class Unavailable(RequestError):
    """Freehold is starting or stopping, or its ledger cannot take a record; nothing was asked of any target."""

    status, code = 503, "unavailable"


class Fault(enum.StrEnum):
    """How one attempt failed."""

    CONNECT = "connect"
    """No connection came about: its name is unknown, it refused, TLS failed, or the local engine is not running."""
    TIMEOUT_CONNECT = "timeout_connect"
    """No connection stood within ``timeouts.connect`` seconds."""
    TIMEOUT_FIRST = "timeout_first_byte"
    """The answer did not begin within ``timeouts.first`` seconds."""
    TIMEOUT_SILENCE = "timeout_silence"
    """The answer began, and then nothing came for ``timeouts.silence`` seconds."""
    TIMEOUT_TOTAL = "timeout_total"
    """The whole attempt took more than ``timeouts.total`` seconds."""
    RATE_LIMITED = "rate_limited"
    """The target answered 429: it takes no more requests for now."""
    AUTH = "auth"
    """The target refused the key it was sent, or that key's account cannot pay (401, 402, 403)."""
    REJECTED = "rejected"
    """The target says that the request itself is wrong; asking it again cannot help."""
    SERVER = "server"
    """The target failed or was not ready: a status of 500 or more, or 408, 409, 425."""
    PROTOCOL = "protocol"
    """What came back is not what the dialect promises: HTML, broken JSON, an error under status 200."""
    BROKEN = "broken"
    """The stream ended or failed after its first event."""
    BREAKER = "breaker_open"
    """Not asked: it has failed several times in a row, and is left alone for a while."""
    QUEUE = "queue_full"
    """Not asked: as many requests as it may have were running, and no place in the queue came free in time."""
    GUARD = "guard_forbidden"
    """A guard ended the answer: it held what may not go out, or called a tool that may not be called."""
    LABEL = "label_forbidden"
    """Not asked: data of this label may not flow to it."""
    UNTRANSLATABLE = "untranslatable"
    """The request holds what this target's dialect cannot say."""
    INTERNAL = "internal"
    """A bug of Freehold's own; its log has the story."""
    CANCELLED = "cancelled"
    """Left before its answer was whole: the caller went away, or another target won the race."""


TIMEOUTS = frozenset({Fault.TIMEOUT_CONNECT, Fault.TIMEOUT_FIRST, Fault.TIMEOUT_SILENCE, Fault.TIMEOUT_TOTAL})


class AttemptFailed(FreeholdError):
    """One try at one target failed. Never retried once an event has been shown to the caller."""

    def __init__(
        self,
        fault: Fault,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        safe_to_retry: bool = False,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.message = message
        self.status = status
        """The target's own HTTP status, if it gave one."""
        self.retry_after = retry_after
        self.safe_to_retry = safe_to_retry
        """True only where the target cannot have begun to work: refused connection, 429, 503, 529."""
        self.param = param


class UpstreamFailed(RequestError):
    """Every target that was tried failed; each is named, with how it failed."""

    status, code = 502, "upstream_failed"

    def __init__(self, message: str, failures: Sequence[tuple[str, AttemptFailed]] = ()) -> None:
        super().__init__(message)
        self.failures = tuple(failures)
        """Each target's name, and its error."""


class UpstreamTimeout(UpstreamFailed):
    """No target that was tried answered in time."""

    status, code = 504, "upstream_timeout"


class SetupError(FreeholdError):
    """Freehold cannot start or go on as it is set up. The text ends with the mend."""


class ConfigError(SetupError):
    """A fault in the configuration, or in another file of settings. `line` counts from 1; `None` where it has none."""

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None, mend: str = "") -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{place}{message}" + (f"; {mend}" if mend else ""))
        self.message = message
        self.file = file
        self.line = line
        self.mend = mend


class UnknownRow(SetupError):
    """The catalog has no row of this name; `near` are the nearest names that it has."""

    def __init__(self, kind: str, name: str, near: Sequence[str], *, mend: str) -> None:
        """`kind`: what was looked for, such as ``GPU``; `mend`: how a row of one's own is added."""
        shown = name if len(name) <= 80 else f"{name[:80]}..."
        guess = f"the nearest are {', '.join(near)}; " if near else ""
        super().__init__(f"no {kind} called {shown!r} is in the catalog; {guess}{mend}")
        self.kind = kind
        self.name = name
        self.near = tuple(near)


class AlreadyRunning(SetupError):
    """Another Freehold holds this data directory."""

    def __init__(self, data_dir: str, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"{data_dir} is in use by {who}; stop it, or choose another directory with --data-dir")
        self.pid = pid
