"""A filter of system calls: no other process, no socket, no look into another process, no namespace of its own.

Numbers of calls are those of the kernel's tables (``syscall_64.tbl`` and ``asm-generic/unistd.h``). What is refused
fails with "operation not permitted". What needs a capability is not named, since there are none left.
"""

from __future__ import annotations

import ctypes
import errno

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_UNKNOWN = 0x00050000 | errno.ENOSYS
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _WHICH, _FIRST_ARGUMENT = 0, 4, 16
"""Offsets into ``struct seccomp_data``; of an argument, its lower half, which comes first on these two."""
_X32 = 0x40000000
_THREAD = 0x00010000
_MODE_FILTER, _SET_SECCOMP = 2, 22

_REFUSED = {
    # execve execveat fork vfork | socket | kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_* | ptrace
    # process_vm_* kcmp process_madvise | io_uring_* | unshare setns mount umount2 chroot pivot_root open_tree
    # move_mount fsopen fsconfig fsmount fspick mount_setattr | keys | shm msg sem mq | setsid setpgid | memfd_create
    # | name_to_handle_at open_by_handle_at bpf perf_event_open userfaultfd | setpriority ioprio_set sched_setaffinity
    "x86_64": (
        *(59, 322, 57, 58, 41, 62, 200, 234, 129, 297, 424, 434, 438, 101, 310, 311, 312, 440, 425, 426, 427),
        *(272, 308, 165, 166, 161, 155, 428, 429, 430, 431, 432, 433, 442, 248, 249, 250, 29, 30, 68, 64, 240),
        *(112, 109, 319, 303, 304, 321, 298, 323, 141, 251, 203),
    ),
    "aarch64": (
        *(221, 281, 198, 129, 130, 131, 138, 240, 424, 434, 438, 117, 270, 271, 272, 440, 425, 426, 427),
        *(97, 268, 40, 39, 51, 41, 428, 429, 430, 431, 432, 433, 442, 217, 218, 219, 194, 196, 186, 190, 180),
        *(157, 154, 279, 264, 265, 280, 241, 282, 140, 30, 122),
    ),
}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_PRLIMIT = {"x86_64": 302, "aarch64": 261}


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def filter_calls(libc: ctypes.CDLL, machine: str) -> bool:
    """Put the filter on, for good; whether the kernel took it."""
    if machine not in _ARCHITECTURE:
        return False
    steps = _steps(machine)
    listed = (_Step * len(steps))(*steps)
    program = _Program(len(steps), listed)
    return bool(libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _steps(machine: str) -> list[_Step]:
    """A jump skips so many steps where its condition holds, or so many where it does not."""
    steps = [
        _Step(_LOAD, 0, 0, _WHICH),
        _Step(_EQUAL, 1, 0, _ARCHITECTURE[machine]),
        _Step(_RETURN, 0, 0, _KILL),
        _Step(_LOAD, 0, 0, _NUMBER),
        _Step(_AT_LEAST, 0, 1, _X32),
        _Step(_RETURN, 0, 0, _REFUSE),
    ]
    for number in _REFUSED[machine]:
        steps += [_Step(_EQUAL, 0, 1, number), _Step(_RETURN, 0, 0, _REFUSE)]
    # The C library then falls back on clone, whose flags can be looked at.
    steps += [_Step(_EQUAL, 0, 1, _CLONE3), _Step(_RETURN, 0, 0, _UNKNOWN)]
    # A thread may be begun, a process not.
    steps += [
        _Step(_EQUAL, 0, 4, _CLONE[machine]),
        _Step(_LOAD, 0, 0, _FIRST_ARGUMENT),
        _Step(_ANY_BIT, 1, 0, _THREAD),
        _Step(_RETURN, 0, 0, _REFUSE),
        _Step(_RETURN, 0, 0, _ALLOW),
    ]
    # Limits are this process's own (0), never another's.
    steps += [
        _Step(_EQUAL, 0, 3, _PRLIMIT[machine]),
        _Step(_LOAD, 0, 0, _FIRST_ARGUMENT),
        _Step(_EQUAL, 1, 0, 0),
        _Step(_RETURN, 0, 0, _REFUSE),
    ]
    return [*steps, _Step(_RETURN, 0, 0, _ALLOW)]
