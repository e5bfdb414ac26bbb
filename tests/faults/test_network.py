# SPDX-License-Identifier: GPL-3.0-or-later
"""No command talks to anything but this machine, and none misses the network when there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.program import ROOT, Program, command_line, plain_environment
from harness.tracing import calls, not_local, tracer

from desktop.paths import Profile

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="strace and network namespaces"),
]

Start = Callable[..., Program]


def test_a_whole_session_makes_local_sockets_only(
    profile: Profile, passphrase_file: Path, tmp_path: Path
) -> None:
    log = tmp_path / "strace.log"

    def run(*arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            [*tracer(log), "-A", *command_line(profile, passphrase_file, *arguments)],
            cwd=ROOT,
            env=plain_environment(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("init")
    [answer] = map(json.loads, run("ask", "--json", "--max-tokens", "3", "Hello").splitlines())
    run("chat", "--json", stdin='{"text": "Say only: yes", "temporary": true}\n')
    run("chats")
    run("doctor")
    run("delete", "--yes", answer["chat_id"])
    assert not_local(log) == []
    assert calls(log) > 0


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET6)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "ctypes.CDLL(None).syscall(425, 1, None)",
    ],
)
@pytest.mark.parametrize("refused", [False, True])
def test_an_attempt_would_be_seen_even_if_refused(tmp_path: Path, attempt: str, refused: bool) -> None:
    log = tmp_path / "strace.log"
    confine = "from desktop.sandbox.confine import confine_app; confine_app()" if refused else ""
    script = f"import contextlib, ctypes, socket\n{confine}\nwith contextlib.suppress(OSError): {attempt}"
    subprocess.run([*tracer(log), sys.executable, "-c", script], cwd=ROOT, timeout=60, check=True)
    assert not_local(log)


def test_it_answers_without_any_network(vault: Profile, start: Start) -> None:
    program = start("ask", "--json", "--max-tokens", "3", "Hello", wrapper=alone())
    assert program.end() == 0, program.errors
    [answer] = program.documents()
    assert answer["text"]
    assert answer["chat_id"]


def alone() -> list[str]:
    """The command that runs another in a network namespace of its own, where even loopback is down."""
    for options in (["-n"], ["-r", "-n"]):  # as root; or as root of a user namespace, where that is allowed
        command = ["unshare", *options, "--"]
        look = [*command, "cat", "/proc/self/net/dev"]
        done = subprocess.run(look, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            interfaces = [line.split(":")[0].strip() for line in done.stdout.splitlines() if ":" in line]
            assert interfaces == ["lo"]
            return command
    pytest.skip("this machine permits no network namespaces, neither as root nor as a user")
