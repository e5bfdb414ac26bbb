# SPDX-License-Identifier: GPL-3.0-or-later
"""Private files are private from their first byte, and whole or not there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.domain.errors import StorageFullError, VaultHeldError
from desktop.storage import files
from desktop.storage.ownership import Ownership

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        files.make_private_folder(tmp_path / "folder")
        files.write_private(tmp_path / "folder" / "written", b"data")
        files.make_private_file(tmp_path / "folder" / "made")
    finally:
        os.umask(before)
    assert mode(tmp_path / "folder") == 0o700
    assert {mode(path) for path in (tmp_path / "folder").iterdir()} == {0o600}


def test_a_failed_write_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    files.write_private(path, b"old")

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_data_is_synced_before_the_name_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        events.append("sync")
        real_sync(descriptor)

    def note_replace(self: Path, target: Path) -> Path:
        events.append("replace")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    files.write_private(tmp_path / "file", b"data")
    assert events == ["sync", "replace", "sync"]


def test_making_a_file_never_takes_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        files.make_private_file(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    first = Ownership(tmp_path / "lock")
    with pytest.raises(VaultHeldError):
        Ownership(tmp_path / "lock")
    first.release()
    first.release()
    Ownership(tmp_path / "lock").release()
    assert (tmp_path / "lock").exists()


def test_another_process_is_refused_and_a_dead_one_does_not_hold(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\nfrom desktop.storage.ownership import Ownership\n"
        "held = Ownership(pathlib.Path(sys.argv[1]))\nprint('held', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "lock")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(VaultHeldError):
            Ownership(tmp_path / "lock")
        other.kill()
        other.wait()
    Ownership(tmp_path / "lock").release()


@posix
def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageFullError):
        Ownership(tmp_path / "lock")
    assert not (tmp_path / "elsewhere").exists()
