# SPDX-License-Identifier: GPL-3.0-or-later
"""Overwriting what this process has let go of: freeing memory does not empty it.

What is freed stays readable until something else is written there, for whoever can look into the memory of a
running or hibernated computer. Nothing tells an allocator to overwrite its holes, so they are filled here: we
ask for blocks of every size until no hole is left, and zeros were written into each. What is still held by
something is not touched.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import sys
from pathlib import Path

_M_ARENA_MAX = -8  # glibc, malloc.h

# Python's own allocator (Objects/obmalloc.c): blocks of at most 512 bytes in steps of 16, in arenas of 1 MiB.
_STEP, _LARGEST = 16, 512
_BYTES_HEAD = sys.getsizeof(b"")
_ARENA = 1 << 20
_BATCH = _ARENA // 16
_MOST_ARENAS = 32  # for one size; then something else makes the process grow, and we stop

# What each thread keeps ready for itself (glibc's malloc.c, TCACHE_FILL_COUNT and MAX_TCACHE_SIZE).
_KEPT, _KEPT_STEP, _LARGEST_KEPT = 7, 16, 1032

# The sizes of blocks with which holes of the C library's heap are filled, the largest first.
_HEAP_SIZES = (65536, 16384, 4096, 2048, *range(1032, 0, -16))
_HEAP_BATCH = 128
_MOST_BATCHES = 400  # for one size


class _Mallinfo2(ctypes.Structure):
    """malloc.h, glibc ≥ 2.33; bytes."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def share_one_heap() -> None:
    """Let all threads use one heap, so that one of them can overwrite what another let go of.

    To be called before there are threads. Linux with glibc; elsewhere nothing happens.
    """
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_ARENA_MAX, 1)


def reaches_everything() -> bool:
    """Whether the C library's heap can be overwritten here, too, and not only Python's own blocks."""
    return _glibc() is not None


def overwrite_freed() -> None:
    """Write zeros over what was freed, and give back what can be. Takes some tens of milliseconds.

    Garbage must have been collected before. Safe on any thread; what other threads keep ready for themselves
    is out of reach: that is what ``overwrite_kept`` is for.
    """
    _fill_pythons()
    libc = _glibc()
    if libc is not None:
        with contextlib.suppress(MemoryError):
            _fill_heap(libc)
        libc.malloc_trim(0)


def overwrite_kept() -> None:
    """Write zeros over the small blocks that the calling thread keeps ready for itself (glibc's tcache)."""
    libc = _glibc()
    if libc is None:
        return
    sizes = range(_KEPT_STEP - 8, _LARGEST_KEPT + 1, _KEPT_STEP)
    held = [at for size in sizes for _block in range(_KEPT) if (at := libc.malloc(size))]
    for at in held:
        ctypes.memset(at, 0, libc.malloc_usable_size(at))
    for at in held:
        libc.free(at)


def _fill_pythons() -> None:
    held: list[bytes] = []
    for size in range(_BYTES_HEAD // _STEP * _STEP + _STEP, _LARGEST + 1, _STEP):
        before = _mapped()
        for number in range(1, _MOST_ARENAS * _ARENA // _BATCH):
            held += [bytes(size - _BYTES_HEAD) for _block in range(_BATCH // size)]
            # A new arena was needed: no hole was left. Where the system does not say, one MiB has to do.
            if _mapped() > before if before else number * _BATCH >= _ARENA:
                break
    held.clear()


def _mapped() -> int:
    """Pages of address space; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _fill_heap(libc: ctypes.CDLL) -> None:
    held: list[int] = []
    try:
        for size in _HEAP_SIZES:
            free = _holes(libc)
            for _number in range(_MOST_BATCHES):
                for _block in range(_HEAP_BATCH):
                    at = libc.malloc(size)
                    if not at:
                        return
                    held.append(at)
                    ctypes.memset(at, 0, libc.malloc_usable_size(at))
                before, free = free, _holes(libc)
                if before - free < _HEAP_BATCH * size // 2:
                    break  # most of them came from where nothing was before
    finally:
        for at in held:
            libc.free(at)


def _holes(libc: ctypes.CDLL) -> int:
    """Bytes free between what is in use; what is free at the end of the heap is not counted."""
    info = libc.mallinfo2()
    return int(info.fordblks) - int(info.keepcost)


@functools.cache
def _glibc() -> ctypes.CDLL | None:
    """The C library, if it is one whose heap we know."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    try:
        libc.malloc.argtypes, libc.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
        libc.free.argtypes, libc.free.restype = [ctypes.c_void_p], None
        libc.malloc_usable_size.argtypes = [ctypes.c_void_p]
        libc.malloc_usable_size.restype = ctypes.c_size_t
        libc.mallinfo2.restype = _Mallinfo2
        libc.mallopt.argtypes = [ctypes.c_int, ctypes.c_int]
        libc.malloc_trim.argtypes = [ctypes.c_size_t]
    except AttributeError:
        return None
    return libc
