# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes the ways into a vault is killed at random moments: the passphrase opens it all the same."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from harness.program import PASSPHRASE
from harness.vaults import key_of, open_and_examine

from desktop.domain.conversation import Role
from desktop.paths import Profile
from desktop.storage import conversations, ways_in
from desktop.storage.connection import Connection
from desktop.storage.keyslots import KeySlots, SlotType
from desktop.storage.presence import reencrypted_database
from desktop.storage.vault import open_vault
from tests.memory_keychain import FolderKeychain

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")]

SEED = 20_261_124
KILLS, KILLS_IN_FULL = 16, 400  # half of them while the vault is encrypted anew
MESSAGES = 400

# Says when it begins, so that the kill falls into the work and not into its imports.
REKEY = """
import sys
from pathlib import Path
from desktop.paths import Profile
from desktop.storage.kdf import KdfCost
from desktop.storage.rekey import rekey
print("begins", flush=True)
rekey(Profile(Path(sys.argv[1])), sys.argv[2], cost=KdfCost(64, 1, 1))
print("done", flush=True)
"""
KEYCHAIN = """
import sys
from pathlib import Path
from desktop.paths import Profile
from desktop.storage import ways_in
from desktop.storage.vault import open_vault
from tests.memory_keychain import FolderKeychain
profile = Profile(Path(sys.argv[1]))
chain = FolderKeychain(profile.folder.with_name("keychain"))
vault = open_vault(profile, sys.argv[2])
print("begins", flush=True)
for _ in range(20):
    ways_in.leave_keychain(vault, chain)
    ways_in.use_keychain(vault, chain)
vault.close()
print("done", flush=True)
"""
CODES = """
import sys
from pathlib import Path
from desktop.paths import Profile
from desktop.storage import recovery, ways_in
from desktop.storage.vault import open_vault
vault = open_vault(Profile(Path(sys.argv[1])), sys.argv[2])
print("begins", flush=True)
for _ in range(20):
    ways_in.set_recovery_code(vault, recovery.make())
    ways_in.remove_recovery_code(vault)
vault.close()
print("done", flush=True)
"""


def run(script: str, profile: Profile, kill_after: float | None) -> tuple[bool, float]:
    """Run it, killed after so many seconds; returns whether it had come to its end, and what it took."""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(profile.folder), PASSPHRASE],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begins\n"
        begun = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            child.kill()
        done = child.stdout.read() == "done\n"
        return done, time.monotonic() - begun


def test_whenever_it_is_killed_the_passphrase_opens_everything(vault: Profile, full: bool) -> None:
    print(f"seed {SEED}")
    moments = random.Random(SEED)
    fill(vault)
    chain = FolderKeychain(vault.folder.with_name("keychain"))
    vault.folder.with_name("keychain").mkdir()
    longest = {script: run(script, vault, None)[1] for script in (REKEY, CODES, KEYCHAIN)}
    by_chain = opens_with_keychain_if_it_says_so(vault, chain)
    assert by_chain
    cut_short, keys = 0, {key_of(vault)}
    for number in range(KILLS_IN_FULL if full else KILLS):
        script = {2: KEYCHAIN, 3: CODES}.get(number % 4, REKEY)
        done, _ = run(script, vault, moments.triangular(0, 1.2 * longest[script], longest[script]))
        cut_short += not done

        contents = open_and_examine(vault, find=["lighthouse"])
        assert len(contents.messages) == MESSAGES, f"kill {number}"
        slots = KeySlots.read(vault.keyslots).slots
        others = (SlotType.RECOVERY, SlotType.KEYCHAIN)
        assert [slot.type for slot in slots if slot.type not in others] == [SlotType.PASSPHRASE]
        by_chain += opens_with_keychain_if_it_says_so(vault, chain)
        assert not reencrypted_database(vault).exists()
        keys.add(key_of(vault))
    assert cut_short, "no kill fell into the work"
    print(f"{cut_short} cut short, {len(keys)} keys, {by_chain} times opened by the keychain")


def opens_with_keychain_if_it_says_so(vault: Profile, chain: FolderKeychain) -> int:
    """A slot for the keychain is never there without the secret that opens it."""
    if not ways_in.has_keychain(vault):
        return 0
    open_vault(vault, chain).close()
    return 1


def fill(profile: Profile) -> None:
    """Enough to say that copying it takes a while."""
    vault = open_vault(profile, PASSPHRASE)

    def talk(connection: Connection) -> None:
        chat = conversations.create_chat(connection, title="Harbour")
        parent = None
        for number in range(MESSAGES):
            text = f"lighthouse {number} " + "and the sea " * 400
            parent = conversations.add_message(
                connection, chat.id, parent_id=parent, role=Role.USER, content=text
            ).id

    vault.database.write(talk).result()
    vault.close()
