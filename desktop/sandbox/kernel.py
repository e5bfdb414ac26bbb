# SPDX-License-Identifier: GPL-3.0-or-later
"""The two doors to Linux that Python does not open: ``syscall`` and ``prctl``, with errors as OSError."""

from __future__ import annotations

import ctypes
import os
from functools import cache

PR_SET_DUMPABLE = 4
PR_GET_DUMPABLE = 3
PR_SET_NO_NEW_PRIVS = 38

Argument = int | ctypes.Array[ctypes.c_char] | None


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: Argument) -> int:
    """Make a system call; buffers are passed by address.

    Raises:
        OSError: with the kernel's errno and no other detail.
    """
    return _checked(_libc().syscall(ctypes.c_long(number), *map(_word, arguments)))


def prctl(option: int, *arguments: int) -> int:
    """Call ``prctl``, missing arguments being 0, which newer options insist on.

    Raises:
        OSError: with the kernel's errno.
    """
    padded = (*arguments, 0, 0, 0, 0)[:4]
    return _checked(_libc().prctl(ctypes.c_int(option), *map(ctypes.c_ulong, padded)))


def _word(value: Argument) -> ctypes.c_ulong | ctypes.c_void_p:
    if value is None or isinstance(value, int):
        return ctypes.c_ulong(value or 0)
    return ctypes.c_void_p(ctypes.addressof(value))


def _checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
