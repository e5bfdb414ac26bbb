# SPDX-License-Identifier: GPL-3.0-or-later
"""Seccomp: which system calls a process may still make, as a BPF program for the kernel.

A policy is data: rules in order, the first that matches decides, else the default. Arguments are compared
by their low 32 bits, which is all the kernel uses of those we look at. Layouts: ``linux/seccomp.h``,
``linux/filter.h``, seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from dataclasses import dataclass

from desktop.sandbox import kernel
from desktop.sandbox.syscalls import LAST_KNOWN, X32_BIT, X86_64, Architecture, current

ALLOW = 0
"""The outcome that lets a call through; any other outcome is the errno it fails with."""

OWN_PID = -1
"""In a condition's ``value``: the process that installs the filter."""

_SET_MODE_FILTER, _GET_ACTION_AVAIL = 1, 2
_FLAG_TSYNC = 1

_RET_KILL_PROCESS, _RET_ERRNO, _RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_LOAD_WORD, _RETURN = 0x20, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_RET|BPF_K
_JUMP_EQUAL, _JUMP_GREATER, _JUMP_AT_LEAST, _AND = 0x15, 0x25, 0x35, 0x54
_OFFSET_NUMBER, _OFFSET_ARCH, _OFFSET_ARGUMENTS = 0, 4, 16

_Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


@dataclass(frozen=True, slots=True)
class Condition:
    """``(argument & mask) == value``, or with ``negate`` its opposite."""

    argument: int
    value: int
    mask: int = 0xFFFFFFFF
    negate: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of ``syscall`` when ``when`` holds (always, if None)."""

    syscall: str
    outcome: int = ALLOW
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules in order and what becomes of every other call."""

    rules: tuple[Rule, ...]
    default: int = errno.EPERM


def compile_policy(policy: Policy, architecture: Architecture, pid: int) -> bytes:
    """Translate to ``struct sock_filter[]``. Calls of a foreign architecture kill the process."""
    program: list[_Instruction] = [
        (_LOAD_WORD, 0, 0, _OFFSET_ARCH),
        (_JUMP_EQUAL, 1, 0, architecture.audit),
        (_RETURN, 0, 0, _RET_KILL_PROCESS),
        (_LOAD_WORD, 0, 0, _OFFSET_NUMBER),
    ]
    if architecture is X86_64:  # x32 calls share the architecture's mark and would dodge the numbers below
        program += [(_JUMP_AT_LEAST, 0, 1, X32_BIT), (_RETURN, 0, 0, _RET_ERRNO | errno.ENOSYS)]
    if policy.default != ALLOW:
        program += [(_JUMP_GREATER, 0, 1, LAST_KNOWN), (_RETURN, 0, 0, _RET_ERRNO | errno.ENOSYS)]
    for rule in policy.rules:
        number = architecture.number(rule.syscall)
        if number is not None:
            program += _rule(number, rule, pid)
    program.append((_RETURN, 0, 0, _outcome(policy.default)))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _rule(number: int, rule: Rule, pid: int) -> list[_Instruction]:
    verdict: _Instruction = (_RETURN, 0, 0, _outcome(rule.outcome))
    if rule.when is None:
        return [(_JUMP_EQUAL, 0, 1, number), verdict]
    value = pid if rule.when.value == OWN_PID else rule.when.value
    met, unmet = (1, 0) if rule.when.negate else (0, 1)
    return [
        (_JUMP_EQUAL, 0, 5, number),
        (_LOAD_WORD, 0, 0, _OFFSET_ARGUMENTS + 8 * rule.when.argument),  # little-endian: low word first
        (_AND, 0, 0, rule.when.mask),
        (_JUMP_EQUAL, met, unmet, value),
        verdict,
        (_LOAD_WORD, 0, 0, _OFFSET_NUMBER),
    ]


def _outcome(outcome: int) -> int:
    return _RET_ALLOW if outcome == ALLOW else _RET_ERRNO | outcome


def available() -> bool:
    """Whether this kernel filters system calls and we know its architecture."""
    architecture = current()
    if sys.platform != "linux" or architecture is None:
        return False
    action = ctypes.create_string_buffer(struct.pack("=I", _RET_ERRNO), 4)
    try:
        kernel.syscall(_number(architecture), _GET_ACTION_AVAIL, 0, action)
    except OSError:
        return False
    return True


def install(policy: Policy) -> None:
    """Bind every thread of this process, and all it starts later, to ``policy``. There is no way back.

    Raises:
        OSError: the kernel refused, or a thread runs under filters of its own; nothing changed.
    """
    architecture = current()
    if architecture is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    code = compile_policy(policy, architecture, os.getpid())
    instructions = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    header = struct.pack("@HP", len(code) // 8, ctypes.addressof(instructions))
    program = ctypes.create_string_buffer(header, len(header))
    if kernel.syscall(_number(architecture), _SET_MODE_FILTER, _FLAG_TSYNC, program) > 0:
        raise OSError(errno.ESRCH, os.strerror(errno.ESRCH))  # the id of a thread that cannot follow


def _number(architecture: Architecture) -> int:
    number = architecture.number("seccomp")
    if number is None:  # pragma: no cover - every architecture of the table has it
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return number
