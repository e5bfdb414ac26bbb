# SPDX-License-Identifier: GPL-3.0-or-later
"""A download as a person has it: allowed, seen, paused, cancelled, on record; and its launcher."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from desktop.domain.errors import EnvironmentFaultError, InglenookError, UserActionError
from desktop.domain.generation import EngineState, ModelInfo
from desktop.paths import Profile
from desktop.services.catalogue import Entry, Source, entries, find
from desktop.services.downloads import CancelledError, Download, PausedError
from desktop.services.library import ModelFileError
from desktop.services.models import ModelChoice, Models
from desktop.services.network import DownloadsForbiddenError
from desktop.services.session import Session
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault
from tests.downloads.local_host import HOST, LocalHost, serving
from tests.gguf_file import write_gguf

ROOT = Path(__file__).resolve().parent.parent.parent


class _Idle:
    """An engine that is never asked."""

    state = EngineState.UNLOADED
    info: ModelInfo | None = None
    child_pid: int | None = None

    def unload(self) -> None:
        """Nothing is loaded."""


class _Process:
    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.downloads.plain_child"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, bufsize=0
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.commands: IO[bytes] = self._process.stdin
        self.events: IO[bytes] = self._process.stdout

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self.commands.close()
        self.events.close()


class PlainLauncher:
    """Starts the real downloader with a plain connection."""

    def start(self) -> _Process:
        return _Process()

    def close(self) -> None:
        """Nothing waits."""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[LocalHost]:
    data = write_gguf(tmp_path / "made.gguf").read_bytes() + bytes(400_000)
    with serving(LocalHost(data)) as host:
        yield host


@pytest.fixture
def session(profile: Profile, tmp_path: Path) -> Iterator[Session]:
    vault = create_vault(profile, "four garden words", cost=KdfCost(64, 1, 1))
    models = Models(_Idle(), ModelChoice(tmp_path / "none.gguf", "None"))  # type: ignore[arg-type]
    session = Session(vault, models)
    session.network.allow_downloads(True).result()
    yield session
    session.close()


def entry(host: LocalHost, **changed: object) -> Entry:
    given: dict[str, object] = {
        "id": "tiny",
        "name": "Tiny",
        "file": "tiny.gguf",
        "organisation": "The House",
        "licence": "MIT",
        "size_bytes": len(host.data),
        "source": Source("https", HOST, [HOST], host.url),
    }
    return Entry(**{**given, **changed})  # type: ignore[arg-type]


def download(session: Session, profile: Profile, wanted: Entry) -> Download:
    return Download(
        wanted, profile, library=session.library, network=session.network, launcher=PlainLauncher()
    )


def left(profile: Profile) -> list[str]:
    return sorted(file.name for file in profile.models.iterdir())


def test_it_becomes_a_known_model_and_is_on_record(
    host: LocalHost, session: Session, profile: Profile
) -> None:
    seen: list[tuple[int, int]] = []
    known = download(session, profile, entry(host)).run(lambda done, total: seen.append((done, total)))
    assert (known.sha256, known.downloaded, known.path) == (host.linked, True, profile.models / "tiny.gguf")
    assert seen[-1] == (len(host.data), len(host.data))
    [use] = session.network.uses().result()
    assert (use.purpose, use.host) == ("model", HOST)
    assert use.bytes_in >= len(host.data)
    session.library.remove(known.id)
    assert left(profile) == []


def test_it_must_be_allowed_and_the_network_on(host: LocalHost, session: Session, profile: Profile) -> None:
    off = Download(entry(host), profile, library=session.library, network=session.network, launcher=None)
    with pytest.raises(UserActionError, match="off until Inglenook starts again"):
        off.run()
    session.network.allow_downloads(False).result()
    with pytest.raises(DownloadsForbiddenError):
        download(session, profile, entry(host)).run()
    assert host.asked == []
    assert session.network.uses().result() == []


@pytest.mark.parametrize("order", ["pause", "cancel"])
def test_it_is_paused_and_gone_on_with_or_cancelled_without_a_trace(
    host: LocalHost, session: Session, profile: Profile, order: str
) -> None:
    host.gate = threading.Event()
    begun = threading.Event()
    first = download(session, profile, entry(host))
    ended: list[Exception] = []

    def run() -> None:
        try:
            first.run(lambda done, _total: begun.set() if done else None)
        except InglenookError as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(20)
    first.pause() if order == "pause" else first.cancel()
    thread.join(20)
    host.gate.set()
    host.gate = None
    assert isinstance(ended[0], PausedError if order == "pause" else CancelledError)
    assert left(profile) == (["tiny.gguf.part", "tiny.gguf.part.json"] if order == "pause" else [])
    with pytest.raises(InglenookError):
        session.library.add(profile.models / "tiny.gguf")
    assert len(session.network.uses().result()) == 1  # it was used, however it ended
    known = download(session, profile, entry(host)).run()
    assert known.sha256 == host.linked
    assert (host.asked[-1][1] is not None) == (order == "pause")  # from where it was, or from the start


def test_what_is_no_model_is_not_kept(session: Session, profile: Profile) -> None:
    with serving(LocalHost(b"MZ and more")) as host:
        with pytest.raises(ModelFileError):
            download(session, profile, entry(host)).run()
        assert left(profile) == []


def test_a_wrong_hash_is_said(host: LocalHost, session: Session, profile: Profile) -> None:
    with pytest.raises(EnvironmentFaultError, match="SHA-256 differs"):
        download(session, profile, entry(host, sha256="0" * 64)).run()
    assert left(profile) == []


def test_the_catalogue_names_licence_host_and_memory_of_each() -> None:
    assert len(entries()) >= 5
    for one in entries():
        assert one.licence
        assert one.memory_bytes_default_context > one.size_bytes
        assert one.source.url.startswith(f"https://{one.source.host}/")
        assert one.source.host in one.source.hosts
        assert one.source.url.endswith(f"/{one.file}")
        assert find(one.name.upper()).id == one.id


SCRIPT = """
import socket, sys
from desktop.downloads.wire import MAX_FRAME, Fetch
from desktop.sandbox.confine import confine_app
from desktop.sandbox.frames import FrameWriter
from desktop.sandbox.launcher import make_launcher

launcher = make_launcher()
confine_app()
try:
    socket.socket(socket.AF_INET)
except PermissionError:
    print("refused here")
started = launcher.start()
FrameWriter(started.commands, limit=MAX_FRAME).send(
    Fetch(sys.argv[1], sys.argv[2].encode(), "m.gguf", ["127.0.0.1"])
)
sys.stdin.readline()
started.close()
second = launcher.start()
second.close()
launcher.close()
try:
    launcher.start()
except OSError:
    print("none any more")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the filter and the fork")
def test_the_launcher_reaches_out_where_the_app_cannot_until_it_is_closed(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as listener:
        listener.settimeout(20)
        url = f"https://{HOST}:{listener.getsockname()[1]}/m.gguf"
        script = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, url, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        reached, _address = listener.accept()
        reached.settimeout(20)
        hello = reached.recv(1)
        out, _nothing = script.communicate("\n", timeout=60)
        while reached.recv(65536):  # until the downloader is gone with its lifeline
            pass
        reached.close()
    assert hello == b"\x16"  # TLS, from the first byte on
    assert out.splitlines() == ["refused here", "none any more"]
    assert script.returncode == 0
