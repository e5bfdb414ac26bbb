# SPDX-License-Identifier: GPL-3.0-or-later
"""Each denial, for real, in processes that confine themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.sandbox.confine import is_confined

Confined = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux holds these promises")

ATTEMPTS = """
def try_everything(label):
    target = Path(arguments[1])
    attempt(label + "read a profile file", lambda: target.read_bytes())
    attempt(label + "look at a profile file", lambda: os.stat(target))
    attempt(label + "list a folder", lambda: os.listdir(target.parent))
    attempt(label + "write a file", lambda: open(target.parent / "new", "w"))
    attempt(label + "append", lambda: open(target, "a"))
    attempt(label + "delete", lambda: os.unlink(target))
    attempt(label + "rename", lambda: os.rename(target, str(target) + "2"))
    attempt(label + "make a folder", lambda: os.mkdir(target.parent / "folder"))
    for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"):
        attempt(label + family, lambda: socket.socket(getattr(socket, family)))
    attempt(label + "socketpair", socket.socketpair)
    attempt(label + "ring", lambda: kernel.syscall(425, 8, None))
    attempt(label + "exec", lambda: os.execv("/bin/true", ["true"]))
    attempt(label + "fork", lambda: os.fork() or os._exit(0))
    attempt(label + "spawn", lambda: subprocess.run(["/bin/true"]))
    attempt(label + "signal the parent", lambda: os.kill(os.getppid(), 0))
    attempt(label + "trace the parent", lambda: kernel.syscall(101, 16, os.getppid(), 0, 0))
    attempt(label + "pipe", os.pipe)
    attempt(label + "code", lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC))
    attempt(label + "memory", lambda: mmap.mmap(-1, 1 << 20))
"""


def test_an_engine_reads_its_model_and_nothing_else(confined: Confined, tmp_path: Path) -> None:
    model, secret = tmp_path / "model.gguf", tmp_path / "profile" / "vault.db"
    model.write_bytes(b"weights" * 10_000)
    secret.parent.mkdir()
    secret.write_bytes(b"secret")
    found = confined(
        ATTEMPTS
        + """
model = Path(arguments[0])
go, early = threading.Event(), []
def waiting():
    go.wait()
    attempt("early thread opens", lambda: open("/proc/cpuinfo"))
    attempt("early thread makes a socket", lambda: socket.socket(socket.AF_UNIX))
confine.confine_child(profiles.engine_loading(model))
with open(model, "rb") as file:
    weights = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
import decimal, numpy  # imported late on purpose: our libraries stay within reach
found["cores"] = os.cpu_count()
attempt("cpuinfo", lambda: open("/proc/cpuinfo").read())
attempt("loading: read a profile file", lambda: Path(arguments[1]).read_bytes())
attempt("loading: list the profile", lambda: os.listdir(Path(arguments[1]).parent))
attempt("loading: write the model", lambda: open(model, "r+"))
attempt("loading: new file", lambda: open(model.parent / "new", "w"))
attempt("loading: socket", lambda: socket.socket(socket.AF_UNIX))
attempt("loading: spawn", lambda: subprocess.run(["/bin/true"]))
found["dumpable"] = kernel.prctl(kernel.PR_GET_DUMPABLE)
early_thread = threading.Thread(target=waiting); early_thread.start()
confine.confine_child(profiles.ENGINE)
go.set(); early_thread.join()
try_everything("")
attempt("model", lambda: open(model, "rb"))
found["weights"] = weights[70_000 - 7 :].decode()
results = []
threads = [threading.Thread(target=lambda: results.append(sum(range(1000)))) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
found["threads"] = len(results)
found["product"] = float((numpy.ones((300, 300)) @ numpy.ones((300, 300))).sum())
""",
        model,
        secret,
    )
    assert found.pop("weights") == "weights"
    assert found.pop("threads") == 8
    assert found.pop("product") == 300.0**3
    assert found.pop("cores") >= 1
    assert found.pop("dumpable") == 0
    assert found.pop("cpuinfo") == "allowed"
    assert found.pop("memory") == "allowed"
    assert set(found.values()) <= {"EPERM", "EACCES"}, found
    assert len(found) == 30
    assert secret.read_bytes() == b"secret"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["model.gguf", "profile", "vault.db"]


def test_a_parser_has_its_pipes_and_little_memory(confined: Confined, tmp_path: Path) -> None:
    secret = tmp_path / "vault.db"
    secret.write_bytes(b"secret")
    found = confined(
        ATTEMPTS
        + """
confine.confine_child(profiles.DOCUMENT)
try_everything("")
attempt("much memory", lambda: bytearray(600 << 20))
attempt("some memory", lambda: bytearray(100 << 20))
try:
    threading.Thread(target=print).start()
except RuntimeError:
    found["thread"] = "EPERM"
""",
        "-",
        secret,
    )
    assert found.pop("memory") == "allowed"
    assert found.pop("some memory") == "allowed"
    assert found.pop("much memory") == "MemoryError"
    assert found.pop("thread") == "EPERM"
    assert set(found.values()) == {"EPERM"}, found


def test_a_parser_can_be_given_a_file(confined: Confined, tmp_path: Path) -> None:
    given, other = tmp_path / "given.pdf", tmp_path / "other.pdf"
    given.write_bytes(b"given")
    other.write_bytes(b"other")
    found = confined(
        """
given, other = map(Path, arguments)
confine.confine_child(profiles.document_reading(given))
attempt("given", given.read_bytes)
attempt("other", other.read_bytes)
attempt("write", lambda: given.open("a"))
attempt("socket", socket.socket)
""",
        given,
        other,
    )
    assert found == {"given": "allowed", "other": "EACCES", "write": "EPERM", "socket": "EPERM"}


def test_landlock_alone_denies_too(confined: Confined, tmp_path: Path) -> None:
    """Two layers: without seccomp, Landlock still holds files and TCP."""
    given, other = tmp_path / "given", tmp_path / "other"
    given.write_bytes(b"given")
    other.write_bytes(b"other")
    found = confined(
        """
given, other = map(Path, arguments)
limits.forbid_new_privileges()
found["abi"] = landlock.abi()
if found["abi"]:
    grants = [landlock.Grant(path, landlock.READ) for path in (given, Path("/absent"))]
    landlock.restrict(grants, found["abi"])
attempt("given", given.read_bytes)
attempt("other", other.read_bytes)
attempt("write", lambda: given.open("a"))
attempt("exec", lambda: os.execv("/bin/true", ["true"]))
if found["abi"] >= 4:
    with socket.socket() as inet:
        attempt("bind", lambda: inet.bind(("127.0.0.1", 0)))
if found["abi"] >= 6:
    attempt("signal", lambda: os.kill(os.getppid(), 0))
""",
        given,
        other,
    )
    if found.pop("abi") == 0:
        pytest.skip("this kernel has no Landlock")
    assert found.pop("given") == "allowed"
    assert found.pop("signal", "EPERM") == "EPERM"
    assert set(found.values()) == {"EACCES"}, found


def test_a_gpu_engine_still_has_no_sockets_files_or_programs(confined: Confined, tmp_path: Path) -> None:
    model, secret = tmp_path / "model.gguf", tmp_path / "vault.db"
    model.write_bytes(b"weights")
    secret.write_bytes(b"secret")
    found = confined(
        """
confine.confine_child(profiles.engine_gpu(Path(arguments[0])))
attempt("model", lambda: open(arguments[0], "rb"))
attempt("secret", lambda: open(arguments[1], "rb"))
attempt("write", lambda: open(arguments[1], "a"))
attempt("socket", lambda: socket.socket(socket.AF_UNIX))
attempt("spawn", lambda: subprocess.run(["/bin/true"]))
""",
        model,
        secret,
    )
    assert found == {
        "model": "allowed",
        "secret": "EACCES",
        "write": "EACCES",
        "socket": "EPERM",
        "spawn": "EPERM",
    }


def test_the_app_and_all_it_starts_have_local_sockets_only(confined: Confined) -> None:
    found = confined("""
def items(): return {item.name: item.holds for item in confine.report().items}
before = items()
go = threading.Event()
def waiting():
    go.wait()
    attempt("early thread", lambda: socket.socket(socket.AF_INET))
thread = threading.Thread(target=waiting); thread.start()
confine.confine_app()
confine.confine_app()  # harmless
go.set(); thread.join()
for family in ("AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"):
    attempt(family, lambda: socket.socket(getattr(socket, family)))
attempt("ring", lambda: kernel.syscall(425, 8, None))
attempt("local", lambda: socket.socket(socket.AF_UNIX).close())
attempt("local pair", lambda: [end.close() for end in socket.socketpair()])
found["inherited"] = subprocess.run(
    [sys.executable, "-c", "import socket; socket.socket()"], stderr=subprocess.DEVNULL).returncode
found["before"], found["after"] = before, items()
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
found["status"] = [status[name].strip() for name in ("Seccomp", "NoNewPrivs")]
found["core"] = Path("/proc/self/coredump_filter").read_text().strip()
found["dumpable"] = kernel.prctl(kernel.PR_GET_DUMPABLE)
""")
    before, after = found.pop("before"), found.pop("after")
    assert before["app-sockets"] is False
    assert after["app-sockets"] is True
    assert after["core-dumps"] is True
    assert after["child-system-calls"] is True
    assert after["child-memory"] is True
    assert found.pop("inherited") == 1
    assert found.pop("local") == found.pop("local pair") == "allowed"
    assert found.pop("status") == ["2", "1"]
    assert int(found.pop("core"), 16) == 0
    assert found.pop("dumpable") == 1  # portals look at /proc/PID
    assert set(found.values()) == {"EPERM"}, found


def test_an_aborting_child_can_end(confined: Confined) -> None:
    with pytest.raises(AssertionError):
        confined("confine.confine_child(profiles.ENGINE); os.abort()")


def test_the_system_is_asked_whether_a_process_is_confined() -> None:
    asked = "import os\nfrom desktop.sandbox.confine import confine_app, is_confined\n"
    asked += "before = is_confined(os.getpid())\nconfine_app()\nprint(before, is_confined(os.getpid()))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "True"]
    assert is_confined(2**31 - 1) is None
