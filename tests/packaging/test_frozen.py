# SPDX-License-Identifier: GPL-3.0-or-later
"""The frozen program answers offline, without the system's Python, its children spawned from itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="the frozen build is tested where CI runs"),
]
PASSPHRASE = "a quiet seat beside the fire"
# The C library's parts and zlib, which every distribution installs; anything else must be in the build.
PRESENT_EVERYWHERE = {
    "ld.so.cache",
    "ld.so.preload",
    "libc.so.6",
    "libdl.so.2",
    "libm.so.6",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libutil.so.1",
    "libz.so.1",
}
NAMESPACE = ["/usr/bin/unshare", "-n"] if os.geteuid() == 0 else ["/usr/bin/unshare", "-rn"]


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return ["--profile", str(tmp_path / "profile"), "--passphrase-file", str(passphrase)]


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run with an empty environment, no search path and no network."""
    return subprocess.run(
        [*NAMESPACE, *command],
        env={"PATH": ""},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_answers_offline_without_the_systems_python(
    frozen_program: Path, arguments: list[str], tmp_path: Path
) -> None:
    made = _run([str(frozen_program), *arguments, "init"], tmp_path)
    assert made.returncode == 0, made.stderr
    trace = tmp_path / "trace"
    watch = ["/usr/bin/strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=execve,openat", "-o", str(trace)]
    question = ["ask", "--json", "--max-tokens", "12", "What is the capital of France?"]
    asked = _run([*watch, str(frozen_program), *arguments, *question], tmp_path)
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert answer["text"].strip()
    assert answer["completion_tokens"] > 0
    calls = trace.read_text(encoding="utf-8", errors="replace")
    started = set(re.findall(r'execve\("([^"]+)".* = 0$', calls, re.MULTILINE))
    assert started == {str(frozen_program)}
    opened = re.findall(r'openat\([^"]*"([^"]+)".* = \d+$', calls, re.MULTILINE)
    foreign = {
        path
        for path in opened
        if "python" in path.lower() and not path.startswith(str(frozen_program.parent))
    }
    assert not foreign


def test_the_build_says_that_it_is_not_for_release(frozen_program: Path) -> None:
    assert "NOT FOR RELEASE" in (frozen_program.parent / "NOT-FOR-RELEASE.txt").read_text(encoding="utf-8")
    about = json.loads(
        (frozen_program.parent / "_internal" / "resources" / "build.json").read_text(encoding="utf-8")
    )
    assert about["release"] is False
    assert about["engine"] == "native"


def test_the_build_carries_every_licence(frozen_program: Path, freeze: ModuleType) -> None:
    folder = frozen_program.parent / "licences"
    assert (folder / "Inglenook-GPL-3.0.txt").exists()
    without_text = {name for name in freeze.runtime_packages() if not any((folder / name).rglob("*"))}
    # Qt's wheels carry no text: theirs is the LGPL, kept with ours; nor does latex2mathml's.
    assert without_text == {"latex2mathml", "pyside6-essentials", "shiboken6"}
    assert (folder / "LGPL-3.0.txt").exists()
    assert (folder / "latex2mathml-MIT.txt").exists()


def test_each_engine_library_is_there_once(frozen_program: Path) -> None:
    files = [
        path for path in frozen_program.parent.rglob("lib*") if path.name.startswith(("libggml", "libllama"))
    ]
    real = sorted(path.name for path in files if not path.is_symlink())
    assert real == ["libggml-base.so.0", "libggml-cpu.so.0", "libggml.so.0", "libllama.so.0"]
    assert all(path.exists() for path in frozen_program.parent.rglob("*"))  # no link leads nowhere


def test_what_is_loaded_late_is_in_the_build(
    frozen_program: Path, arguments: list[str], tmp_path: Path
) -> None:
    """The personal-data filter and the encryption of exports come with libraries of their own."""
    program = [str(frozen_program), *arguments]
    for command in (["init"], ["ask", "--max-tokens", "3", "Write to anna@example.com or +49 30 1234567."]):
        done = _run([*program, *command], tmp_path)
        assert done.returncode == 0, done.stderr
    (chat,) = json.loads(_run([*program, "chats", "--json"], tmp_path).stdout)
    assert _run([*program, "consent", chat["id"], "on"], tmp_path).returncode == 0
    review = _run([*program, "training", "review", "--json"], tmp_path)
    assert review.returncode == 0, review.stderr
    (reviewed,) = json.loads(review.stdout)
    assert reviewed["messages"][0]["filtered"] == "Write to [EMAIL_1] or [PHONE_1]."
    out = tmp_path / "out.age"
    options = ["--encrypt-passphrase-file", str(tmp_path / "passphrase"), "--out", str(out)]
    exported = _run([*program, "export", *options], tmp_path)
    assert exported.returncode == 0, exported.stderr
    assert out.read_bytes().startswith(b"age-encryption.org/v1\n")
    again = _run(
        [*program, "import", "--json", "--decrypt-passphrase-file", str(tmp_path / "passphrase"), str(out)],
        tmp_path,
    )
    assert "here already" in json.loads(again.stdout)["skipped"][0]["why"], again.stderr


def test_it_brings_what_reaches_the_keychain(
    frozen_program: Path, arguments: list[str], tmp_path: Path
) -> None:
    begin = 'gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'
    status = [str(frozen_program), *arguments, "vault", "keychain", "status", "--json"]
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", begin, "sh", *status],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(run)},
        input="the keychain's own password",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["name"].startswith("Secret Service")
