# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand flipped bytes in a vault: each is found or does no harm, and none ends the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from harness.vaults import key_of, make_vault, tell

from desktop.paths import Profile

FLIPS = 1000
SCRIPT = """
import random, sys
from pathlib import Path
from desktop.domain.errors import InglenookError
from desktop.storage import conversations
from desktop.storage.backup import is_sound
from desktop.storage.connection import SqlError, open_connection

path, key, flips = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3])

def everything(connection):
    chats = conversations.list_chats(connection)
    return [(c.title, [m.content for m in conversations.all_messages(connection, c.id)]) for c in chats]

def look():
    try:
        connection = open_connection(path, key)
        try:
            return everything(connection) if is_sound(connection) else None
        finally:
            connection.close()
    except (InglenookError, SqlError):
        return None

whole = path.read_bytes()
right = look()
assert right
found = harmless = 0
chance = random.Random(7)
for _ in range(flips):
    damaged = bytearray(whole)
    place = chance.randrange(len(whole))
    damaged[place] ^= chance.randrange(1, 256)
    path.write_bytes(damaged)
    seen = look()
    assert seen is None or seen == right, f"byte {place}: something else was read"
    found += seen is None
    harmless += seen is not None
print(found, harmless)
"""


def test_flipped_bytes_are_found_or_harmless(profile: Profile) -> None:
    make_vault(profile)
    tell(profile, "Walnuts", [f"{number} walnuts " * 300 for number in range(40)])
    key = key_of(profile).hex()
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, profile.vault, key, str(FLIPS)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    found, harmless = map(int, result.stdout.split())
    assert found + harmless == FLIPS
    assert found > FLIPS * 0.9


@pytest.mark.parametrize("name", ["vault.db-wal", "vault.db-shm"])
def test_garbage_beside_it_does_no_harm(profile: Profile, name: str) -> None:
    make_vault(profile)
    tell(profile, "Walnuts", ["one", "two"])
    profile.vault.with_name(name).write_bytes(b"\x37\x7f\x06\x82" + b"garbage" * 1000)
    tell(profile, "Almonds", ["three"])
