"""Everything that can go wrong, as one tree.

    FreeholdError
    ├── RequestError              the caller's fault or fate; has an HTTP status
    │   ├── BadRequest            400  names the field
    │   ├── Unauthorized          401
    │   ├── BudgetSpent           402  says when it renews
    │   ├── Forbidden             403
    │   │   └── LabelForbidden    403  which label, which targets would have been allowed
    │   ├── UnknownModel          404
    │   ├── NotFound              404
    │   ├── MethodNotAllowed      405
    │   ├── Conflict              409
    │   ├── TooLarge              413
    │   ├── Unprocessable         422
    │   ├── RateLimited           429  with retry_after
    │   ├── UpstreamFailed        502  every target failed; carries each attempt's failure
    │   ├── Unavailable           503
    │   └── UpstreamTimeout       504
    ├── AttemptFailed             one try at one target, before or after its first event
    └── SetupError                the machine or the configuration; has a mend
        ├── ConfigError           file, line, mend
        └── AlreadyRunning        the pid that holds the data directory

An error carries what its catcher needs; the texts are for the caller, and never hold a secret.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from freehold.core.label import Label


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
    status, code = 400, "invalid_request"


class Unauthorized(RequestError):
    status, code = 401, "invalid_api_key"


class BudgetSpent(RequestError):
    status, code = 402, "budget_spent"


class Forbidden(RequestError):
    status, code = 403, "forbidden"


class LabelForbidden(Forbidden):
    """No target that was asked for may see data of this label."""

    code = "label_forbidden"

    def __init__(self, label: Label, refused: Sequence[str], allowed: Sequence[str]) -> None:
        would = f"allowed for this label: {', '.join(allowed)}" if allowed else "no configured target is cleared for it"
        super().__init__(f"data labelled {label} may not flow to {', '.join(refused)}; {would}", param="model")
        self.label = label
        self.allowed = tuple(allowed)


class UnknownModel(RequestError):
    status, code = 404, "model_not_found"


class NotFound(RequestError):
    status, code = 404, "not_found"


class MethodNotAllowed(RequestError):
    """There is something at this path, and it takes the methods `allowed`."""

    status, code = 405, "method_not_allowed"

    def __init__(self, message: str, allowed: Sequence[str]) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)


class Conflict(RequestError):
    status, code = 409, "conflict"


class TooLarge(RequestError):
    status, code = 413, "request_too_large"


class Unprocessable(RequestError):
    status, code = 422, "unprocessable"


class RateLimited(RequestError):
    status, code = 429, "rate_limited"


class Unavailable(RequestError):
    status, code = 503, "unavailable"


class Fault(enum.StrEnum):
    """How one attempt failed."""

    CONNECT = "connect"
    TIMEOUT_CONNECT = "timeout_connect"
    TIMEOUT_FIRST = "timeout_first_byte"
    TIMEOUT_SILENCE = "timeout_silence"
    TIMEOUT_TOTAL = "timeout_total"
    RATE_LIMITED = "rate_limited"
    AUTH = "auth"
    REJECTED = "rejected"
    """The target says that the request itself is wrong; asking it again cannot help."""
    SERVER = "server"
    PROTOCOL = "protocol"
    """What came back is not what the dialect promises: HTML, broken JSON, an error under status 200."""
    BROKEN = "broken"
    """The stream ended or failed after its first event."""
    BREAKER = "breaker_open"
    QUEUE = "queue_full"
    LABEL = "label_forbidden"
    UNTRANSLATABLE = "untranslatable"
    """The request holds what this target's dialect cannot say."""
    CANCELLED = "cancelled"


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
    """Every target that was tried failed; `failures` pairs each target's name with its error."""

    status, code = 502, "upstream_failed"

    def __init__(self, message: str, failures: Sequence[tuple[str, AttemptFailed]] = ()) -> None:
        super().__init__(message)
        self.failures = tuple(failures)


class UpstreamTimeout(UpstreamFailed):
    status, code = 504, "upstream_timeout"


class SetupError(FreeholdError):
    """Freehold cannot start or go on as it is set up. The text ends with the mend."""


class ConfigError(SetupError):
    """A fault in the configuration. `line` counts from 1; `None` where the fault has no line (environment)."""

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None, mend: str = "") -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{place}{message}" + (f"; {mend}" if mend else ""))
        self.message = message
        self.file = file
        self.line = line
        self.mend = mend


class AlreadyRunning(SetupError):
    """Another Freehold holds this data directory."""

    def __init__(self, data_dir: str, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"{data_dir} is in use by {who}; stop it, or choose another directory with --data-dir")
        self.pid = pid
