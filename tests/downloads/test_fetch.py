# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetching from a host that cuts, lies, moves and changes its mind; and a downloader that is killed."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from desktop.downloads.fetch import FetchError, connect_securely, discard_part, fetch
from desktop.downloads.wire import Began, Ended, Fetch, FromChild, Used, Why
from tests.downloads.local_host import HOST, LocalHost, connect_plainly, serving

DATA = os.urandom(1_000_000)
DIGEST = hashlib.sha256(DATA).hexdigest()
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def host() -> Iterator[LocalHost]:
    with serving(LocalHost(DATA)) as host:
        yield host


def get(
    host: LocalHost, folder: Path, *, sha256: str = "", size: int = 0, url: str = ""
) -> tuple[Ended, list[FromChild]]:
    told: list[FromChild] = []
    order = Fetch(url or host.url, os.fsencode(folder), "model.gguf", [HOST], sha256, size)
    return fetch(order, told.append, connect=connect_plainly, pause=lambda _s: None), told


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_it_comes_whole_private_and_checked(host: LocalHost, tmp_path: Path) -> None:
    ended, told = get(host, tmp_path)
    assert ended == Ended(None, DIGEST)
    assert (tmp_path / "model.gguf").read_bytes() == DATA
    assert stat.S_IMODE((tmp_path / "model.gguf").stat().st_mode) == 0o600
    assert names(tmp_path) == ["model.gguf"]
    [used] = [one for one in told if isinstance(one, Used)]
    assert used.host == HOST
    assert used.received >= len(DATA)
    assert used.sent > 0


def test_a_cut_connection_is_gone_on_with(host: LocalHost, tmp_path: Path) -> None:
    host.cut_after = [300_000, 1, 200_000]
    ended, _told = get(host, tmp_path)
    assert ended.why is None
    assert (tmp_path / "model.gguf").read_bytes() == DATA
    assert [asked for _path, asked in host.asked] == [
        None,
        "bytes=300000-",
        "bytes=300001-",
        "bytes=500001-",
    ]


def test_cut_again_and_again_keeps_what_came_for_later(host: LocalHost, tmp_path: Path) -> None:
    host.cut_after = [300_000, 0, 0, 0, 0, 0]
    ended, _told = get(host, tmp_path)
    assert ended.why is Why.CUT_OFF
    assert names(tmp_path) == ["model.gguf.part", "model.gguf.part.json"]
    host.cut_after = []
    ended, told = get(host, tmp_path)
    assert ended.why is None
    assert [one.kept for one in told if isinstance(one, Began)] == [300_000]


def test_the_wrong_bytes_are_deleted(host: LocalHost, tmp_path: Path) -> None:
    ended, _told = get(host, tmp_path, sha256="0" * 64)
    assert ended.why is Why.WRONG_HASH
    assert names(tmp_path) == []


def test_without_a_hash_nothing_is_taken(host: LocalHost, tmp_path: Path) -> None:
    host.linked = None
    ended, _told = get(host, tmp_path)
    assert (ended.why, names(tmp_path)) == (Why.NO_HASH, [])


def test_a_file_that_changed_meanwhile_is_begun_anew(host: LocalHost, tmp_path: Path) -> None:
    host.cut_after = [300_000, 0, 0, 0, 0, 0]
    get(host, tmp_path)
    host.cut_after, host.etag = [], '"two"'
    host.data = DATA[::-1]
    host.linked = hashlib.sha256(host.data).hexdigest()
    ended, _told = get(host, tmp_path)
    assert ended.why is None
    assert (tmp_path / "model.gguf").read_bytes() == DATA[::-1]


def test_a_part_that_is_too_long_is_begun_anew(host: LocalHost, tmp_path: Path) -> None:
    note = {"etag": host.etag, "sha256": DIGEST, "total": 5_000_000}
    (tmp_path / "model.gguf.part").write_bytes(b"x" * 2_000_000)
    (tmp_path / "model.gguf.part.json").write_bytes(msgspec.json.encode(note))
    ended, _told = get(host, tmp_path)
    assert ended.why is None
    assert (tmp_path / "model.gguf").read_bytes() == DATA


def test_a_redirect_is_followed_among_agreed_hosts_only(host: LocalHost, tmp_path: Path) -> None:
    moved = f"http://{HOST}:{host.port}/moved"
    host.location = "/model.gguf"
    assert get(host, tmp_path, url=moved)[0].why is None
    (tmp_path / "model.gguf").unlink()
    for elsewhere in (
        "http://evil.example/model.gguf",
        "http://x127.0.0.1/",
        f"http://u@{HOST}/",
        "file:///",
    ):
        host.location = elsewhere
        assert get(host, tmp_path, url=moved)[0].why is Why.ELSEWHERE
    host.location = "/moved"
    assert get(host, tmp_path, url=moved)[0].why is Why.ELSEWHERE
    assert names(tmp_path) == []


def test_only_https_is_spoken_outside_of_tests(host: LocalHost, tmp_path: Path) -> None:
    with pytest.raises(FetchError):
        connect_securely(urlsplit(host.url))
    order = Fetch(host.url, os.fsencode(tmp_path), "model.gguf", [HOST])
    assert fetch(order, lambda _word: None).why is Why.ELSEWHERE
    assert host.asked == []


def test_what_the_host_refuses_and_what_is_too_large(host: LocalHost, tmp_path: Path) -> None:
    host.status = 404
    assert get(host, tmp_path)[0].why is Why.REFUSED
    host.status = 0
    assert get(host, tmp_path, size=500_000)[0].why is Why.TOO_LARGE
    assert names(tmp_path) == []


def test_room_is_looked_at_first(host: LocalHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 500_000))
    assert get(host, tmp_path)[0].why is Why.NO_ROOM
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="a small disk of its own")
def test_a_disk_that_fills_up_keeps_what_came(
    host: LocalHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(tmp_path)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("this machine permits no mounts")
    try:
        usage = namedtuple("usage", "total used free")
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 0, 10**9))
        assert get(host, tmp_path)[0].why is Why.NO_ROOM
        assert "model.gguf" not in names(tmp_path)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_killed_in_the_middle_nothing_is_loadable_and_it_goes_on(host: LocalHost, tmp_path: Path) -> None:
    host.gate = threading.Event()
    script = (
        "import os, sys\n"
        "from desktop.downloads.fetch import fetch\n"
        "from desktop.downloads.wire import Fetch\n"
        "from tests.downloads.local_host import HOST, connect_plainly\n"
        "order = Fetch(sys.argv[1], os.fsencode(sys.argv[2]), 'model.gguf', [HOST])\n"
        "fetch(order, lambda word: None, connect=connect_plainly)"
    )
    child = subprocess.Popen([sys.executable, "-c", script, host.url, str(tmp_path)], cwd=ROOT)
    part = tmp_path / "model.gguf.part"
    deadline = time.monotonic() + 20
    while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    host.gate.set()
    host.gate = None
    assert names(tmp_path) == ["model.gguf.part", "model.gguf.part.json"]
    kept = part.stat().st_size
    assert kept
    ended, told = get(host, tmp_path)
    assert ended.why is None
    assert [one.kept for one in told if isinstance(one, Began)] == [kept]
    assert (tmp_path / "model.gguf").read_bytes() == DATA


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    for ending in (".part", ".part.json"):
        (tmp_path / f"model.gguf{ending}").touch()
    discard_part(tmp_path / "model.gguf")
    assert names(tmp_path) == []


def test_nobody_there(tmp_path: Path) -> None:
    host = LocalHost(DATA)
    host.port = 9  # nobody listens
    assert get(host, tmp_path)[0].why is Why.NO_ANSWER
