# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window on a bus of its own, where a stand-in for the desktop tells of locking and sleeping."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from harness.program import PASSPHRASE, ROOT, plain_environment
from harness.typist import RETURN, Told, Typist

from desktop.paths import Profile

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="D-Bus"),
]

DESKTOP = ROOT / "tests" / "faults" / "harness" / "stand_in_desktop.py"
DAEMON = ("dbus-daemon", "--session", "--nofork", "--print-address=1")


@pytest.fixture
def bus() -> Iterator[dict[str, str]]:
    """A private bus, as the environment names it: system and session in one."""
    assert shutil.which(DAEMON[0]), "dbus-daemon is missing: apt-get install dbus-daemon"
    with subprocess.Popen(DAEMON, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        yield {"DBUS_SESSION_BUS_ADDRESS": address, "DBUS_SYSTEM_BUS_ADDRESS": address}
        daemon.kill()


@pytest.fixture
def desktop(bus: dict[str, str]) -> Iterator[Told]:
    told = Told([sys.executable, str(DESKTOP)], plain_environment(PYTHONPATH=str(ROOT), **bus))
    told.await_word("ready")
    yield told
    told.close()


@pytest.fixture
def typist(vault: Profile, bus: dict[str, str], desktop: Told) -> Iterator[Typist]:
    typist = Typist(vault, XDG_SESSION_ID="", **bus)
    typist.await_word("locked")
    typist.type(PASSPHRASE + RETURN)
    typist.await_word("open")
    desktop.await_word("inhibited")
    yield typist
    typist.close()


def expect_locked(typist: Typist) -> None:
    typist.await_words("locked", "cleared")
    assert psutil.Process(typist.process.pid).children() == []  # nothing that has read goes on


@pytest.mark.parametrize(
    "told",
    [
        "lock",
        "hint",
        "saver org.freedesktop.ScreenSaver",
        "saver org.gnome.ScreenSaver",
        "saver org.cinnamon.ScreenSaver",
    ],
)
def test_a_locked_screen_locks_the_vault(typist: Typist, desktop: Told, told: str) -> None:
    desktop.type("others\n")
    desktop.type(told + "\n")
    expect_locked(typist)
    assert desktop.hear() == []  # what holds up sleep is kept for when it comes


def test_sleep_waits_until_the_vault_is_closed(typist: Typist, desktop: Told) -> None:
    desktop.type("sleep\n")
    desktop.await_word("released")
    expect_locked(typist)
    desktop.type("wake\n")
    desktop.await_word("inhibited")  # for the next time
    assert not loaded_network(typist.process.pid)


def test_the_session_of_another_person_is_none_of_ours(typist: Typist, desktop: Told) -> None:
    desktop.type("others\n", pause=1)
    assert typist.hear() == []


def loaded_network(pid: int) -> list[str]:
    """Network libraries of Qt in the process: D-Bus needs none."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    return [line for line in maps.splitlines() if "Qt6Network" in line]
