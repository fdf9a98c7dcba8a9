"""The layers of confinement, each put on where the system has it, and what they come to.

Linux alone has these; elsewhere every layer is missing, and whoever asked for the run decides.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
import sysconfig

from freehold.evaluate.confined.inside import landlock, seccomp

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_NO_NEW_PRIVS = 38
_CAPABILITIES = 0x20080522
_CAPSET = {"x86_64": 126, "aarch64": 91}
_READ = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/dev/null", "/dev/zero", "/dev/urandom")


def confine(folder: str, user: int | None) -> dict[str, str]:
    """Put on every layer there is; by which means network, files, processes and user are confined, empty for none."""
    if sys.platform != "linux" or platform.machine() not in _CAPSET:
        return {"network": "", "files": "", "processes": "", "user": ""}
    libc = ctypes.CDLL(None, use_errno=True)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    apart = libc.unshare(_NEWUSER | _NEWNET) == 0
    capless = _drop_capabilities(libc)
    privileges = libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    files = capless and privileges and landlock.restrict(libc, writable=folder, readable=_readable())
    calls = privileges and seccomp.filter_calls(libc, platform.machine())
    network = [name for name, held in (("namespace", apart and capless), ("seccomp", calls)) if held]
    return {
        "network": " and ".join(network),
        "files": "landlock" if files else "",
        "processes": "seccomp" if calls else "",
        "user": str(os.getuid()) if user is not None else "",
    }


def _readable() -> list[str]:
    """Python's own library, with packages that lie within its folder, and what it is linked with."""
    paths = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), *_READ}
    library = sysconfig.get_config_var("LIBDIR")
    shared = sysconfig.get_config_var("INSTSONAME")
    if library and shared:
        paths.add(os.path.join(library, shared))  # noqa: PTH118  pathlib would be one more import in every run
    return sorted(path for path in paths if path)


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0)
    none = (ctypes.c_uint32 * 6)()
    return bool(libc.syscall(_CAPSET[platform.machine()], header, none) == 0)
