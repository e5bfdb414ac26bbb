# SPDX-License-Identifier: GPL-3.0-or-later
"""Children: how they start, what they see, and that none outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from desktop.sandbox import process
from desktop.sandbox.process import Child, child_command, child_environment

ROOT = Path(__file__).resolve().parent.parent.parent

CLAIM = "from desktop.sandbox.process import claim_pipes; commands, events = claim_pipes();"

# Spawns a child on a thread that ends, as an executor's would, says its pid and stays.
PARENT = """
import sys, threading, time
from desktop.sandbox import process
if sys.argv[1:]:
    process.child_command = lambda name: [sys.executable, "-c", sys.argv[1]]
children = []
thread = threading.Thread(target=lambda: children.append(process.Child("template")))
thread.start(); thread.join()
print(children[0].pid, flush=True)
if sys.argv[1:]:
    children[0].events.read(2)
    print("claimed", flush=True)
time.sleep(60)
"""


def runs(pid: int) -> bool:
    """Whether the process is there and is no zombie that waits for init."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while runs(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child's name is its program."""
    monkeypatch.setattr(process, "child_command", lambda name: [sys.executable, "-c", name])


def test_a_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert child_command("engine")[1:] == ["-m", "desktop", "--child", "engine"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command("engine") == [sys.executable, "--child", "engine"]


def test_a_child_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGLENOOK_PASSPHRASE_FILE", "/secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    environment = child_environment({"OMP_WAIT_POLICY": "passive"})
    assert environment["LC_ALL"] == "C.UTF-8"
    assert environment["OMP_WAIT_POLICY"] == "passive"
    assert environment["PATH"] == os.environ["PATH"]
    assert not {"INGLENOOK_PASSPHRASE_FILE", "PYTHONPATH", "HOME"} & environment.keys()


@pytest.mark.usefixtures("scripted")
def test_prints_of_libraries_do_not_reach_the_pipes() -> None:
    noise = "print('noise', flush=True); import os; os.write(1, b'noise'); os.system('echo noise');"
    with Child(CLAIM + noise + "events.write(b'seen ' + commands.read(5))") as child:
        child.commands.write(b"hello")
        child.commands.flush()
        assert child.events.read() == b"seen hello"
        assert child.wait(5) == 0
        assert not child.alive


@pytest.mark.usefixtures("scripted")
def test_a_child_inherits_nothing_but_its_pipes(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        code = (
            "import os, pathlib\n"
            "for entry in sorted(pathlib.Path('/proc/self/fd').iterdir()):\n"
            "    try: events.write(os.readlink(entry).encode() + b' ')\n"
            "    except FileNotFoundError: pass"
        )
        with Child(CLAIM + code) as child:
            kinds = {place.partition(b":")[0] for place in child.events.read().split()}
            assert kinds <= {b"/dev/null", b"pipe"}


@pytest.mark.usefixtures("scripted")
def test_kill_ends_whatever_it_does_and_lets_readers_go() -> None:
    with Child(CLAIM + "import ctypes; events.write(b'go'); ctypes.PyDLL(None).sleep(60)") as child:
        assert child.events.read(2) == b"go"
        timer = threading.Timer(0.1, child.kill)
        timer.start()
        assert child.events.read() == b""
        assert child.wait(5) == -signal.SIGKILL
        child.kill()  # harmless
        timer.join()


@pytest.mark.usefixtures("scripted")
def test_wait_can_time_out() -> None:
    with Child("import time; time.sleep(60)") as child:
        assert child.wait(0.05) is None
        assert child.alive
    assert not child.alive
    child.close()  # twice is harmless


@pytest.mark.usefixtures("scripted")
def test_a_child_outlives_the_thread_that_started_it() -> None:
    started: list[Child] = []
    thread = threading.Thread(target=lambda: started.append(Child(CLAIM + "events.write(commands.read(2))")))
    thread.start()
    thread.join()
    time.sleep(0.3)
    with started[0] as child:
        child.commands.write(b"ok")
        child.commands.flush()
        assert child.events.read(2) == b"ok"


def test_no_child_survives_its_parents_sigkill_at_any_moment() -> None:
    parents = [
        subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(10)
    ]
    orphans = []
    for number, parent in enumerate(parents):
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.03 * number)  # from before the child knows of its lifeline to its main loop
        parent.kill()
        parent.wait()
        parent.stdout.close()
        orphans.append(child)
    assert all(gone_within(child, 10) for child in orphans)


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a thread does this, which needs the interpreter"
)
def test_a_child_that_holds_the_interpreter_dies_with_its_parent() -> None:
    stuck = CLAIM + "import ctypes; events.write(b'go'); ctypes.PyDLL(None).sleep(60)"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, stuck], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() == "claimed\n"
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone_within(child, 1)


def test_an_unknown_child_is_a_usage_error() -> None:
    for arguments in (["--child", "nobody"], ["--child"], ["--child", "template", "more"]):
        finished = subprocess.run([sys.executable, "-m", "desktop", *arguments], cwd=ROOT, check=False)
        assert finished.returncode == 2


def test_the_template_child_never_loads_what_it_does_not_need() -> None:
    code = (
        "import os, sys; sys.argv = ['desktop', '--child', 'template']\n"
        "from desktop.__main__ import main\n"
        "status = main()\n"
        "heavy = {'PySide6', 'llama_cpp', 'numpy', 'sqlcipher3', 'cryptography', 'argparse'}\n"
        "os.write(2, f'{status} {sorted(heavy & sys.modules.keys())}'.encode())"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input=b"", capture_output=True, check=True, timeout=30
    )
    assert finished.stderr == b"0 []"
