"""Imports the code, then runs the tests over what it defined, and says what came of it.

What the code may have changed of Python itself is put back before the tests come: the builtins, and every module, which
the tests import anew. It may not leave a thread behind. Functions that speak to the outside are taken before it runs.
Code that was written against this very runner can still forge its verdict, since it shares the tests' process; so can
an object that says it equals everything. Nothing less does: not an exit, not an exception, not a patched library.
"""

from __future__ import annotations

import _thread
import builtins
import json
import os
import sys
from collections.abc import Callable
from typing import Any

_LONGEST = 4 * 1024 * 1024
_MOST_SAID = 200


class Channel:
    """Lines of JSON over two descriptors, by functions taken before any code of a model ran."""

    def __init__(self, ears: int, mouth: int) -> None:
        encode, decode = json.JSONEncoder().encode, json.JSONDecoder().decode
        self.tell, self.hear = _speech(ears, mouth, os.read, os.write, encode, decode)


def _speech(
    ears: int,
    mouth: int,
    read: Callable[[int, int], bytes],
    write: Callable[[int, bytes], int],
    encode: Callable[[Any], str],
    decode: Callable[[str], Any],
) -> tuple[Callable[[Any], None], Callable[[], Any]]:
    heard = bytearray()

    def tell(said: Any) -> None:
        line = encode(said).encode() + b"\n"
        while line:
            line = line[write(mouth, line) :]

    def hear() -> Any:
        while b"\n" not in heard:
            piece = read(ears, 65536)
            if not piece or len(heard) > _LONGEST:
                os._exit(3)
            heard.extend(piece)
        line, _, rest = bytes(heard).partition(b"\n")
        heard[:] = rest
        return decode(line.decode())

    return tell, hear


def judge(channel: Channel) -> None:
    """The whole conversation; the process ends with it."""
    tell, hear, leave, threads = channel.tell, channel.hear, os._exit, _thread._count  # noqa: SLF001  No other count is out of reach.
    before = _Standing()
    scope: dict[str, Any] = {"__name__": "answer", "__builtins__": builtins}
    tell(_fault(_run(hear()["code"], "answer.py", scope)))
    tests = hear()["tests"]
    before.restore()
    scope["__name__"] = "tests"
    fault = _run(tests, "tests.py", scope)
    if fault is None and threads() > 0:
        fault = "the code left a thread running"
    tell(_fault(fault))
    if fault is None:
        tell({"token": hear()["token"]})
    leave(0)


class _Standing:
    """Python as it was before the code ran."""

    def __init__(self) -> None:
        self._named = dict(sys.modules)
        # Some of what stands among the modules is an object of another kind, which has no content to put back.
        modules = [module for module in self._named.values() if type(module) is type(sys)]
        self._contents = [(vars(builtins), dict(vars(builtins))), *((vars(each), dict(vars(each))) for each in modules)]
        self._path = list(sys.path)
        self._finders = list(sys.meta_path)
        self._hooks = list(sys.path_hooks)

    def restore(self) -> None:
        """Put it back. A module that came with the code is forgotten, so that whoever imports it gets a clean one."""
        # The builtins come first, since the rest of this is done by them.
        for content, before in self._contents:
            content.update(before)
            for extra in set(content) - set(before):
                del content[extra]
        sys.settrace(None)
        sys.setprofile(None)
        sys.modules.clear()
        sys.modules.update(self._named)
        sys.path[:], sys.meta_path[:], sys.path_hooks[:] = self._path, self._finders, self._hooks


def _run(source: str, name: str, scope: dict[str, Any]) -> str | None:
    """Run source in a scope; what went wrong, in a line, or `None`."""
    try:
        exec(compile(source, name, "exec", dont_inherit=True), scope)  # noqa: S102  This is what the process is for.
    except BaseException as error:  # noqa: BLE001  Whatever it raises, an exit too, is its fault and is told as such.
        return _told(error)
    return None


def _told(error: BaseException) -> str:
    kind = type(error).__name__
    try:
        said = " ".join(str(error).split())
    except BaseException:  # noqa: BLE001  Its own text is the code's too.
        said = ""
    line = _line(error)
    return f"{kind}{f' at line {line} of the tests' if line else ''}{f': {said}' if said else ''}"[:_MOST_SAID]


def _line(error: BaseException) -> int | None:
    """Of the tests, where it was raised beneath them."""
    trace, found = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "tests.py":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _fault(fault: str | None) -> dict[str, Any]:
    return {"fault": fault} if fault else {}
