# SPDX-License-Identifier: GPL-3.0-or-later
"""What each kind of child may do, as data. Everything that is not granted here is refused.

An engine goes through two profiles: ``engine_loading`` before it opens the model, whose file is untrusted,
and ``ENGINE`` once the model is loaded. Profiles stack: a later one only takes away.
"""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from desktop.sandbox.landlock import DEVICE, LOAD, READ, Grant
from desktop.sandbox.seccomp import ALLOW, OWN_PID, Condition, Policy, Rule

_PACKAGE = Path(__file__).resolve().parent.parent

# From the kernel's uapi headers (sched.h, fcntl.h, mman-common.h, prctl.h), equal on x86_64 and aarch64.
_CLONE_THREAD = 0x00010000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PROT_EXEC = 4
_F_DUPFD_CLOEXEC, _F_GETFD, _F_SETFD, _F_GETFL = 1030, 1, 2, 3
_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA = 15, 16, 0x53564D41
_AF_UNIX = 1

PROBE_OPTION = 0x494E474C
"""A ``prctl`` option no kernel knows; that it fails with ``PROBE_ERRNO`` proves that ``APP`` holds."""

PROBE_ERRNO = 3907


def _allow(*names: str) -> tuple[Rule, ...]:
    return tuple(Rule(name) for name in names)


def _allow_if(name: str, argument: int, *values: int) -> tuple[Rule, ...]:
    return tuple(Rule(name, ALLOW, Condition(argument, value)) for value in values)


_COMPUTE = (
    # Descriptors that are open already: the pipes, the model.
    *_allow("read", "write", "readv", "writev", "pread64", "preadv", "lseek", "close", "fstat"),
    *_allow("poll", "ppoll", "select", "pselect6"),
    *_allow_if("fcntl", 1, _F_GETFD, _F_SETFD, _F_GETFL),
    # Memory.
    *_allow("munmap", "mremap", "madvise", "brk", "mincore", "mlock", "mlock2", "munlock", "membarrier"),
    # Locks, signals to itself, the end.
    *_allow("futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "restart_syscall"),
    *_allow("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait"),
    *_allow("sigaltstack", "exit", "exit_group"),
    *_allow_if("tgkill", 0, OWN_PID),  # abort()
    # Time, chance, and what it may know about itself and the machine.
    *_allow("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "times"),
    *_allow("getrandom", "getrusage", "sysinfo", "uname", "getcpu", "getpriority"),
    *_allow("getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getrlimit"),
    *_allow_if("prlimit64", 0, 0),  # its own
    *_allow_if("prctl", 0, _PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA),
    *_allow("sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler"),
    *_allow("sched_get_priority_max", "sched_get_priority_min"),
    # Its own place among others, not theirs.
    *_allow_if("sched_setaffinity", 0, 0),
    *_allow_if("setpriority", 1, 0),
    *_allow("arch_prctl"),  # the AMX kernels ask for their tile registers
)
_NO_NEW_CODE = (
    Rule("mmap", ALLOW, Condition(2, 0, _PROT_EXEC)),
    Rule("mprotect", ALLOW, Condition(2, 0, _PROT_EXEC)),
)
_NEW_CODE = _allow("mmap", "mprotect")
_THREADS = (
    Rule("clone", ALLOW, Condition(0, _CLONE_THREAD, _CLONE_THREAD)),
    # Its flags lie behind a pointer a filter cannot follow; the C library then falls back to clone.
    Rule("clone3", errno.ENOSYS),
)
_READ_FILES = (
    Rule("open", ALLOW, Condition(1, 0, _WRITING)),
    Rule("openat", ALLOW, Condition(2, 0, _WRITING)),
    Rule("openat2", errno.ENOSYS),
    *_allow("newfstatat", "stat", "lstat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2"),
    *_allow("readlink", "readlinkat", "getdents64", "getcwd", "fadvise64", "readahead"),
    *_allow_if("fcntl", 1, _F_DUPFD_CLOEXEC),
)
_CONFINE_FURTHER = _allow(
    "prctl", "seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "setrlimit"
)
_DRIVE_DEVICES = _allow("open", "openat", "ioctl", "fcntl", "memfd_create")


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of confinement.

    Attributes:
        name: for people.
        policy: the system calls left.
        grants: the files left (Landlock). None beneath these can be written unless a grant says so.
        data_bytes: cap on private writable memory, or None.
    """

    name: str
    policy: Policy
    grants: tuple[Grant, ...] = ()
    data_bytes: int | None = None


APP = Policy(
    (
        Rule("socket", errno.EPERM, Condition(0, _AF_UNIX, negate=True)),
        Rule("socketpair", errno.EPERM, Condition(0, _AF_UNIX, negate=True)),
        Rule("io_uring_setup", errno.EPERM),  # a ring can make sockets without the calls above
        Rule("prctl", PROBE_ERRNO, Condition(0, PROBE_OPTION)),
    ),
    default=ALLOW,
)
"""The app itself and every process it starts: local sockets only, all else as ever."""

ENGINE = Profile("engine", Policy((*_COMPUTE, *_NO_NEW_CODE, *_THREADS)))
"""A loaded engine: computes, starts threads, uses what is open. No file, socket, process or new code."""

DOCUMENT_DATA_BYTES = 512 * 1024 * 1024

DOCUMENT = Profile("document", Policy((*_COMPUTE, *_NO_NEW_CODE)), data_bytes=DOCUMENT_DATA_BYTES)
"""A parser: nothing but its pipes, on the one thread it has."""


def document_reading(*files: Path, data_bytes: int = DOCUMENT_DATA_BYTES) -> Profile:
    """``DOCUMENT`` for a child that opens ``files`` itself, to read them."""
    return Profile(
        "document reading files",
        Policy((*_COMPUTE, *_NO_NEW_CODE, *_READ_FILES)),
        tuple(Grant(file, READ) for file in files),
        data_bytes,
    )


def engine_loading(model: Path, *, data_bytes: int | None = None) -> Profile:
    """An engine about to load ``model``: reads it, our code and libraries, and what the CPU looks like."""
    return Profile(
        "engine, loading",
        Policy((*_COMPUTE, *_NEW_CODE, *_THREADS, *_CONFINE_FURTHER, *_READ_FILES)),
        (Grant(model, READ), *_code(), *_machine()),
        data_bytes,
    )


def engine_gpu(model: Path, *, data_bytes: int | None = None) -> Profile:
    """An engine that computes on a GPU, from loading to its end.

    Much looser than ``ENGINE``: drivers open device nodes whenever they like, speak ``ioctl`` and generate
    code, so devices can be written and code loaded. What stays: no socket, no process, no other file.
    """
    devices = (Path("/dev/dri"), Path("/dev/kfd"), *sorted(Path("/dev").glob("nvidia*")))
    return Profile(
        "engine on a GPU",
        Policy((*_DRIVE_DEVICES, *_COMPUTE, *_NEW_CODE, *_THREADS, *_READ_FILES)),
        (
            Grant(model, READ),
            *_code(),
            *_machine(),
            Grant(Path("/sys/class/drm"), READ),
            Grant(Path("/sys/bus/pci"), READ),
            Grant(Path("/proc/driver/nvidia"), READ),
            *(Grant(device, DEVICE) for device in devices),
        ),
        data_bytes,
    )


def _code() -> tuple[Grant, ...]:
    """Python's and the system's libraries, and our own package (not the folder around it)."""
    bundle = getattr(sys, "_MEIPASS", None)
    folders = {Path(folder) for folder in sys.path if folder.endswith(("-packages", ".zip", "lib-dynload"))}
    folders |= {Path(os.__file__).parent, _PACKAGE}
    folders |= {Path(folder) for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")}
    if bundle:
        folders.add(Path(bundle))
    return (
        *(Grant(folder, LOAD) for folder in sorted(folders)),
        Grant(Path("/etc/ld.so.cache"), READ),
    )


def _machine() -> tuple[Grant, ...]:
    """What thread counts and CPU kernels are chosen by."""
    return (
        Grant(Path("/proc/cpuinfo"), READ),
        Grant(Path("/proc/meminfo"), READ),
        Grant(Path("/proc/loadavg"), READ),
        Grant(Path("/sys/devices/system"), READ),
        Grant(Path("/sys/fs/cgroup"), READ),
    )
