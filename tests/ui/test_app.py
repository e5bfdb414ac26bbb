# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as a program of its own: shown once, raised, ended by a signal, leaving nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.app import _Signals
from desktop.paths import Profile
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.single_instance import raise_other_window, socket_path

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and local sockets")


@pytest.fixture
def short_profile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Profile]:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with tempfile.TemporaryDirectory(prefix="inglenook-") as folder:
        yield Profile(Path(folder))


def start(
    profile: Profile, script: str = "import sys; from desktop.__main__ import main; sys.exit(main())"
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, "--profile", str(profile.folder)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_window(profile: Profile) -> None:
    until = time.monotonic() + 30
    while not raise_other_window(profile):
        assert time.monotonic() < until, "no window"
        time.sleep(0.05)


def test_one_window_raised_by_a_second_start_and_ended_by_a_signal(short_profile: Profile) -> None:
    first = start(short_profile)
    try:
        wait_for_window(short_profile)
        second = start(short_profile)
        second.communicate(timeout=30)
        assert second.returncode == 0
        assert first.poll() is None
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
    finally:
        first.kill()
        _out, complaints = first.communicate()
    assert "Traceback" not in complaints
    path = socket_path(short_profile)
    assert path is not None
    assert not path.exists()
    assert sorted(p.name for p in short_profile.folder.iterdir()) == ["preferences.json"]


def test_a_window_that_is_closing_is_not_raised(short_profile: Profile) -> None:
    script = (
        "import sys; from desktop.__main__ import main; from desktop.ui.shell.controller import Controller\n"
        "Controller.quit = lambda self: None  # as if closing took for ever\n"
        "sys.exit(main())"
    )
    first = start(short_profile, script)
    try:
        wait_for_window(short_profile)
        first.send_signal(signal.SIGTERM)
        until = time.monotonic() + 10
        while raise_other_window(short_profile):
            assert time.monotonic() < until, "the closing window still answers"
            time.sleep(0.05)
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate()


def test_a_signal_closes_once(qtbot: QtBot) -> None:
    class Window(QMainWindow):
        asked = 0

        def close_at_once(self) -> None:
            self.asked += 1

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    window = Window()
    qtbot.addWidget(window)
    signals = _Signals(cast(MainWindow, window))
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        qtbot.waitUntil(lambda: window.asked > 0)
        qtbot.wait(50)
        assert window.asked == 1
    finally:
        signals.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def test_the_window_loads_no_network_module(short_profile: Profile) -> None:
    script = (
        "import sys, desktop.app, desktop.ui.shell.workspace\n"
        "loaded = [m for m in sys.modules if m.startswith('PySide6.QtNetwork') or m == 'ssl'"
        " or m.startswith('llama_cpp')]\n"
        "sys.exit(', '.join(loaded) or 0)"
    )
    process = start(short_profile, script)
    _out, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
