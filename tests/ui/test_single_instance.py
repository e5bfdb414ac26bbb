# SPDX-License-Identifier: GPL-3.0-or-later
"""A second start raises the first window; nobody else can listen in."""

from __future__ import annotations

import socket
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.paths import Profile
from desktop.ui.single_instance import SingleInstance, raise_other_window, socket_path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="local sockets")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Profile]:
    """A profile whose path is short enough for a socket's."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with tempfile.TemporaryDirectory(prefix="inglenook-") as folder:
        yield Profile(Path(folder))


def knock(profile: Profile) -> tuple[threading.Thread, list[bool]]:
    """Start again, on a thread: the window answers on this one."""
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(raise_other_window(profile)))
    thread.start()
    return thread, answers


def test_a_second_start_raises_the_first(qtbot: QtBot, made: Profile) -> None:
    first = SingleInstance(made)
    assert first.listen()
    assert first.listen()
    with qtbot.waitSignal(first.raised, timeout=3000):
        thread, answers = knock(made)
    thread.join()
    assert answers == [True]
    first.close()
    assert not raise_other_window(made)


def test_another_profile_is_another_window(qtbot: QtBot, made: Profile, tmp_path: Path) -> None:
    first = SingleInstance(made)
    first.listen()
    other = Profile(tmp_path / "other")
    other.folder.mkdir(mode=0o700)
    assert not raise_other_window(other)
    first.close()


def test_what_a_killed_window_left_is_cleared_away(qtbot: QtBot, made: Profile) -> None:
    path = socket_path(made)
    assert path is not None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(path))  # never listens, never unlinks
    assert not raise_other_window(made)
    second = SingleInstance(made)
    assert second.listen()
    with qtbot.waitSignal(second.raised, timeout=3000):
        thread, answers = knock(made)
    thread.join()
    assert answers == [True]
    second.close()
    assert not path.exists()


def test_only_we_can_knock(qtbot: QtBot, made: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    first = SingleInstance(made)
    first.listen()
    path = socket_path(made)
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first.close()
    made.folder.chmod(0o755)
    assert socket_path(made) is None


def test_the_name_tells_nothing_of_the_profile(made: Profile) -> None:
    path = socket_path(made)
    assert path is not None
    assert made.folder.name not in path.name


def test_a_stranger_who_says_something_else_raises_nothing(qtbot: QtBot, made: Profile) -> None:
    first = SingleInstance(made)
    first.listen()
    stranger = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with stranger, qtbot.assertNotEmitted(first.raised, wait=200):
        stranger.connect(str(socket_path(made)))
        stranger.sendall(b"GET /")
    first.close()


def test_without_a_private_folder_there_is_no_socket(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert not SingleInstance(profile).listen()
    assert not raise_other_window(profile)


def test_a_window_too_busy_to_answer_keeps_its_socket(qtbot: QtBot, made: Profile) -> None:
    path = socket_path(made)
    assert path is not None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as busy:
        busy.bind(str(path))
        busy.listen(1)
        second = SingleInstance(made)
        assert not second.listen()
        assert path.exists()
        second.close()
