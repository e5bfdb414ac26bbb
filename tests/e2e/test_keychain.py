# SPDX-License-Identifier: GPL-3.0-or-later
"""The keychain of a real desktop (GNOME Keyring over D-Bus): on, unlocking window and terminal, off."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from desk.desk import Desk
from desk.person import unlock
from desk.window import ROOT, Window
from harness.program import PASSPHRASE
from harness.tracing import calls, not_local, tracer

from desktop.paths import Profile

pytestmark = pytest.mark.e2e

Open = Callable[..., Window]

# Says when the keychain is open. Its password comes from standard input.
SESSION = (
    'gnome-keyring-daemon --unlock --components=secrets >/dev/null && echo "$DBUS_SESSION_BUS_ADDRESS" && '
)
SESSION += "exec sleep infinity"
LOCK = "import secretstorage; secretstorage.get_default_collection(secretstorage.dbus_init()).lock()"
COUNT = """
import secretstorage
print(sum(1 for _ in secretstorage.search_items(secretstorage.dbus_init(), {"service": "inglenook"})))
"""


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables of a session with a message bus and an open keychain, in a home of its own."""
    assert shutil.which("gnome-keyring-daemon"), "there is no keychain to try: apt-get install gnome-keyring"
    folders = {"HOME": tmp_path / "home", "XDG_RUNTIME_DIR": tmp_path / "run"}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    variables = {name: str(folder) for name, folder in folders.items()}
    variables["XDG_DATA_HOME"] = str(tmp_path / "home" / "data")
    with subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", SESSION],
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as session:
        assert session.stdin is not None
        assert session.stdout is not None
        session.stdin.write("the keychain's own password")
        session.stdin.close()
        address = session.stdout.readline().strip()
        assert address
        yield variables | {"DBUS_SESSION_BUS_ADDRESS": address}
        os.killpg(session.pid, 15)


def python(script: str, bus: Mapping[str, str]) -> str:
    """What a script says in that session."""
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, env=os.environ | bus, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def inglenook(
    vault: Profile, bus: Mapping[str, str], *arguments: str, wrapper: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """The command line in that session, without a terminal."""
    dropped = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "INGLENOOK_PASSPHRASE_FILE"}
    return subprocess.run(
        [*wrapper, sys.executable, "-m", "desktop", "--profile", str(vault.folder), *arguments],
        env={name: value for name, value in os.environ.items() if name not in dropped} | bus,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_on_and_off_from_the_command_line(vault: Profile, bus: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    by_file = ("--passphrase-file", str(file))

    def status() -> object:
        return json.loads(inglenook(vault, bus, "vault", "keychain", "status", "--json").stdout)

    name = "Secret Service (GNOME Keyring, KWallet or KeePassXC)"
    assert status() == {"on": False, "name": name}
    assert inglenook(vault, bus, "chats").returncode == 2, "nothing to open it with"
    assert inglenook(vault, bus, "--keychain", "chats").returncode == 1, "not allowed yet"
    turned_on = inglenook(vault, bus, *by_file, "vault", "keychain", "on")
    assert turned_on.returncode == 0, turned_on.stderr
    assert "Other programs" in turned_on.stderr
    assert status() == {"on": True, "name": name}
    assert python(COUNT, bus) == "1\n"
    for how in ((), ("--keychain",)):
        listed = inglenook(vault, bus, *how, "chats", "--json")
        assert (listed.returncode, listed.stdout) == (0, "[]\n"), listed.stderr
    log = tmp_path / "strace.log"
    assert inglenook(vault, bus, "chats", wrapper=tracer(log)).returncode == 0
    assert calls(log)
    assert not_local(log) == [], "the keychain is reached over a local socket"
    readers = json.loads(inglenook(vault, bus, "privacy", "report", "--json").stdout)["readers"]
    assert any("keychain" in reader for reader in readers)

    rekeyed = inglenook(vault, bus, *by_file, "vault", "rekey")
    assert rekeyed.returncode == 0, rekeyed.stderr
    assert inglenook(vault, bus, "chats").returncode == 0, "it is a way in to the new key"

    python(LOCK, bus)
    locked = inglenook(vault, bus, "chats")
    assert locked.returncode == 1
    assert "may be locked" in locked.stderr
    assert len(locked.stderr.splitlines()) == 1
    assert inglenook(vault, bus, *by_file, "chats").returncode == 0


def test_off_takes_the_item_out(vault: Profile, bus: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    assert inglenook(vault, bus, "--passphrase-file", str(file), "vault", "keychain", "on").returncode == 0
    off = inglenook(vault, bus, "vault", "keychain", "off")
    assert off.returncode == 0, off.stderr
    assert python(COUNT, bus) == "0\n"
    assert inglenook(vault, bus, "chats").returncode == 2


@pytest.mark.model
def test_the_window_is_unlocked_with_it(
    open_window: Open, desk: Desk, vault: Profile, tmp_path: Path
) -> None:
    """The app's filter lets it reach the bus; here it is the one over which the window is read, too."""
    keychain = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    subprocess.run(
        ["gnome-keyring-daemon", "--unlock", "--components=secrets"],
        env=os.environ | desk.environment() | keychain,
        input="the keychain's own password",
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=30,
    )
    window = open_window()
    unlock(window)
    window.press("Settings", "check box")
    window.press("Let the keychain open the vault")
    window.find("label", "Other programs that run under your name.*")
    desk.illustrate("keychain-asked")
    window.press("Turn on")
    window.find("push button", "Stop the keychain from opening the vault")
    window.press("Lock")
    window.press("Unlock with the keychain of this system")
    window.find("push button", "Send")
    assert window.close() == 0
