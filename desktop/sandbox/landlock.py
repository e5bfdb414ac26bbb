# SPDX-License-Identifier: GPL-3.0-or-later
"""Landlock: this thread, and every thread and process it starts later, keeps only the listed file rights.

Threads that run already are not concerned before ABI 8 (there a flag takes them along), so call it before
any starts, or cover them with seccomp, as our profiles do. Constants: ``linux/landlock.h``, landlock(7).
"""

from __future__ import annotations

import ctypes
import enum
import errno
import os
import stat
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop.sandbox import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_RESTRICT_SELF_TSYNC = 1 << 3

_FIRST_RIGHTS = (1 << 13) - 1  # ABI 1: execute … make_sym
_NET_RIGHTS = 0b11  # bind_tcp, connect_tcp
_SCOPES = 0b11  # abstract unix sockets, signals


class Right(enum.IntFlag):
    """File rights a rule can grant (those we use)."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


READ = Right.READ_FILE | Right.READ_DIR
LOAD = READ | Right.EXECUTE
DEVICE = READ | Right.WRITE_FILE | Right.IOCTL_DEV
_FOR_FILES = Right.EXECUTE | Right.WRITE_FILE | Right.READ_FILE | Right.TRUNCATE | Right.IOCTL_DEV


@dataclass(frozen=True, slots=True)
class Grant:
    """``rights`` on a file, or on a folder and all beneath it."""

    path: Path
    rights: Right


@dataclass(frozen=True, slots=True)
class Handled:
    """What a kernel's Landlock can take away."""

    files: int
    network: int
    scopes: int


def handled(abi: int) -> Handled:
    """The rights an ABI level knows (1 to 7; later levels keep them)."""
    files = _FIRST_RIGHTS
    if abi >= 2:
        files |= 1 << 13  # refer: links and renames across folders
    if abi >= 3:
        files |= Right.TRUNCATE
    if abi >= 5:
        files |= Right.IOCTL_DEV
    return Handled(files, _NET_RIGHTS if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)


def abi() -> int:
    """The kernel's Landlock level; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    try:
        return kernel.syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    except OSError as error:
        # ENOSYS: not built in; EOPNOTSUPP: switched off at boot; EPERM: another filter hides it.
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
            return 0
        raise


def restrict(grants: Iterable[Grant], level: int) -> None:
    """Give up every right of ABI ``level`` (at least 1) except ``grants``; absent paths are skipped.

    Raises:
        OSError: the kernel refused; nothing, or not everything, is restricted.
    """
    known = handled(level)
    words = [known.files]
    if level >= 4:
        words.append(known.network)
    if level >= 6:
        words.append(known.scopes)
    attributes = _buffer(struct.pack(f"={len(words)}Q", *words))
    ruleset = kernel.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for grant in grants:
            _add(ruleset, grant, known.files)
        kernel.syscall(_RESTRICT_SELF, ruleset, _RESTRICT_SELF_TSYNC if level >= 8 else 0)
    finally:
        os.close(ruleset)


def _add(ruleset: int, grant: Grant, known: int) -> None:
    try:
        place = os.open(grant.path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = int(grant.rights) & known
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _FOR_FILES
        rule = _buffer(struct.pack("=Qi", rights, place))  # packed: the kernel's struct has no padding
        kernel.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(place)


def _buffer(data: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(data, len(data))
