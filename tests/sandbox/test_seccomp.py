# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled filters, run by a small interpreter for both architectures, and the numbers they use."""

from __future__ import annotations

import errno
import os
import re
import socket
import struct
from pathlib import Path

import pytest

from desktop.sandbox import profiles
from desktop.sandbox.seccomp import Policy, compile_policy
from desktop.sandbox.syscalls import _TABLE, AARCH64, LAST_KNOWN, X86_64, Architecture

KILL, ALLOW = "kill", "allow"
PID = 4321
BOTH = pytest.mark.parametrize("architecture", [X86_64, AARCH64], ids=lambda a: a.name)


def decide(
    policy: Policy, architecture: Architecture, number: int, *arguments: int, audit: int | None = None
) -> str | int:
    """What the kernel would answer: "allow", "kill" or an errno."""
    words = [a & 0xFFFFFFFFFFFFFFFF for a in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    data = struct.pack("<IIQ6Q", number, audit or architecture.audit, 0, *words)
    program = [
        struct.unpack("=HBBI", part)
        for part in re.findall(rb"(?s).{8}", compile_policy(policy, architecture, PID))
    ]
    position = accumulator = 0
    while True:
        code, if_true, if_false, constant = program[position]
        position += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, constant)
            case 0x54:
                accumulator &= constant
            case 0x15:
                position += if_true if accumulator == constant else if_false
            case 0x25:
                position += if_true if accumulator > constant else if_false
            case 0x35:
                position += if_true if accumulator >= constant else if_false
            case 0x06:
                if constant == 0x80000000:
                    return KILL
                return ALLOW if constant == 0x7FFF0000 else constant & 0xFFFF
            case _:
                raise AssertionError(code)


def number(architecture: Architecture, name: str) -> int:
    found = architecture.number(name)
    assert found is not None
    return found


@BOTH
@pytest.mark.parametrize("call", ["socket", "socketpair"])
def test_the_app_makes_local_sockets_only(architecture: Architecture, call: str) -> None:
    def ask(family: int) -> str | int:
        return decide(profiles.APP, architecture, number(architecture, call), family, socket.SOCK_STREAM)

    assert ask(socket.AF_UNIX) == ALLOW
    for family in (socket.AF_INET, socket.AF_INET6, 16, 40, 0, 99, 2**32 + 2):
        assert ask(family) == errno.EPERM
    assert ask(2**32 + 1) == ALLOW  # the kernel, too, sees the low half alone


@BOTH
def test_the_app_may_do_all_else_but_rings(architecture: Architecture) -> None:
    ring = number(architecture, "io_uring_setup")
    for call in range(LAST_KNOWN + 50):
        if call not in (ring, number(architecture, "socket"), number(architecture, "socketpair")):
            assert decide(profiles.APP, architecture, call, 7) == ALLOW
    assert decide(profiles.APP, architecture, ring) == errno.EPERM
    probe = decide(profiles.APP, architecture, number(architecture, "prctl"), profiles.PROBE_OPTION)
    assert probe == profiles.PROBE_ERRNO


@BOTH
def test_foreign_calling_conventions_end_the_process(architecture: Architecture) -> None:
    assert decide(profiles.APP, architecture, 1, audit=0x40000003) == KILL  # i386
    assert decide(profiles.ENGINE.policy, architecture, 1, audit=0x40000028) == KILL  # 32-bit Arm


def test_x32_numbers_do_not_dodge_the_filter() -> None:
    assert decide(profiles.APP, X86_64, 0x40000000 + 41, socket.AF_INET) == errno.ENOSYS
    assert decide(profiles.ENGINE.policy, X86_64, 0x40000000 + 1) == errno.ENOSYS


@BOTH
def test_an_engine_starts_threads_but_no_processes(architecture: Architecture) -> None:
    policy, clone = profiles.ENGINE.policy, number(architecture, "clone")
    thread_flags = 0x3D0F00  # what the C library passes for a thread
    assert decide(policy, architecture, clone, thread_flags) == ALLOW
    assert decide(policy, architecture, clone, 0x11) == errno.EPERM  # SIGCHLD: a fork
    assert decide(policy, architecture, clone, 0x4111) == errno.EPERM  # vfork and SIGCHLD
    assert decide(policy, architecture, number(architecture, "clone3")) == errno.ENOSYS


@BOTH
def test_a_document_child_starts_neither(architecture: Architecture) -> None:
    policy, clone = profiles.DOCUMENT.policy, number(architecture, "clone")
    assert decide(policy, architecture, clone, 0x3D0F00) == errno.EPERM


@BOTH
@pytest.mark.parametrize("profile", [profiles.ENGINE, profiles.DOCUMENT], ids=lambda p: p.name)
def test_children_open_connect_and_generate_nothing(
    architecture: Architecture, profile: profiles.Profile
) -> None:
    for name in ("openat", "openat2", "statx", "socket", "socketpair", "io_uring_setup", "ioctl", "seccomp"):
        assert decide(profile.policy, architecture, number(architecture, name), socket.AF_UNIX) == errno.EPERM
    mmap, mprotect = number(architecture, "mmap"), number(architecture, "mprotect")
    assert decide(profile.policy, architecture, mmap, 0, 4096, 3) == ALLOW
    assert decide(profile.policy, architecture, mmap, 0, 4096, 5) == errno.EPERM
    assert decide(profile.policy, architecture, mprotect, 0, 4096, 7) == errno.EPERM
    tgkill = number(architecture, "tgkill")
    assert decide(profile.policy, architecture, tgkill, PID, 1, 6) == ALLOW
    assert decide(profile.policy, architecture, tgkill, 1, 1, 9) == errno.EPERM
    assert decide(profile.policy, architecture, LAST_KNOWN + 1) == errno.ENOSYS


@BOTH
def test_while_loading_files_open_for_reading_only(architecture: Architecture) -> None:
    policy = profiles.engine_loading(Path("/model")).policy
    openat = number(architecture, "openat")
    assert decide(policy, architecture, openat, -100, 1, os.O_RDONLY | os.O_CLOEXEC) == ALLOW
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_CREAT, os.O_TRUNC, os.O_RDWR | os.O_TMPFILE):
        assert decide(policy, architecture, openat, -100, 1, flags) == errno.EPERM


HEADERS = (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm-generic/unistd.h"))


@pytest.mark.skipif(not all(map(Path.exists, HEADERS)), reason="needs the kernel's headers for x86_64")
def test_numbers_are_the_kernels() -> None:
    x86, arm = (
        {
            name: int(value)
            for name, value in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
        }
        for header in HEADERS
    )
    arm["newfstatat"] = arm["fstatat"] if "fstatat" in arm else arm["newfstatat"]
    for name, (on_x86, on_arm) in _TABLE.items():
        assert (x86.get(name), arm.get(name)) == (on_x86, on_arm), name
