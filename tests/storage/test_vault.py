# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault is made whole, opens with its passphrase, and says clearly when it cannot."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.conversation import Role, Status
from desktop.domain.errors import (
    CipherUnavailableError,
    InglenookError,
    KeySlotsDamagedError,
    KeySlotsMissingError,
    StorageFullError,
    UserActionError,
    VaultAbsentError,
    VaultDamagedError,
    VaultExistsError,
    VaultForeignError,
    VaultHeldError,
    VaultMissingError,
    VaultNewerError,
    WrongPassphraseError,
)
from desktop.domain.vault import VaultState
from desktop.paths import Profile
from desktop.storage import conversations, files, vault
from desktop.storage.connection import open_connection
from desktop.storage.kdf import KdfCost
from desktop.storage.keyslots import KeySlots
from desktop.storage.presence import inspect_vault
from desktop.storage.search import search
from desktop.storage.vault import OpenVault, create_vault, open_vault

ROOT = Path(__file__).resolve().parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def rewrite(profile: Profile, key: bytes, sql: str) -> None:
    connection = open_connection(profile.vault, key)
    connection.execute(sql)
    connection.close()


def another_vault(tmp_path: Path, cheap: KdfCost) -> Profile:
    other = Profile(tmp_path / "other")
    create_vault(other, "other words", cost=cheap).close()
    return other


def test_what_is_kept_is_there_again(profile: Profile, passphrase: str, cheap: KdfCost, talk) -> None:
    first = create_vault(profile, passphrase, cost=cheap)
    chat, ids = talk(first.database, ["Good evening", "Good evening to you"])
    key, database_id = first.reveal_key(), first.database_id
    assert len(bytes.fromhex(key)) == 32
    first.close()
    first.close()
    again = open_vault(profile, passphrase)
    assert (again.reveal_key(), again.database_id) == (key, database_id)
    path = again.database.read(lambda c: conversations.path(c, chat)).result()
    assert [entry.id for entry in path] == ids
    again.close()


def test_the_state_is_told_from_names(profile: Profile, passphrase: str, cheap: KdfCost) -> None:
    assert inspect_vault(profile) is VaultState.ABSENT
    create_vault(profile, passphrase, cost=cheap).close()
    assert inspect_vault(profile) is VaultState.PRESENT
    slots = profile.keyslots.read_bytes()
    profile.keyslots.unlink()
    assert inspect_vault(profile) is VaultState.KEYSLOTS_MISSING
    profile.keyslots.write_bytes(slots)
    profile.vault.unlink()
    assert inspect_vault(profile) is VaultState.DATABASE_MISSING


def test_the_passphrase_and_texts_are_nowhere_in_plain_form(profile: Profile, vault: OpenVault, talk) -> None:
    talk(vault.database, ["canaryword canaryword"], title="canarytitle")
    for when in ("open", "closed"):
        everything = b"".join(contents(profile.folder).values())
        for secret in (b"canary", b"SQLite format 3", b"CREATE TABLE", vault.key or b"canary"):
            assert secret not in everything, when
        vault.close()


def absent(profile: Profile, key: bytes, other: Profile) -> None:
    shutil.rmtree(profile.folder)


def keyslots_missing(profile: Profile, key: bytes, other: Profile) -> None:
    profile.keyslots.unlink()


def keyslots_damaged(profile: Profile, key: bytes, other: Profile) -> None:
    profile.keyslots.write_bytes(profile.keyslots.read_bytes().replace(b"argon2id", b"argon2ie"))


def vault_missing(profile: Profile, key: bytes, other: Profile) -> None:
    profile.vault.unlink()


def plain_database(profile: Profile, key: bytes, other: Profile) -> None:
    profile.vault.unlink()
    connection = sqlite3.connect(profile.vault)
    connection.execute("CREATE TABLE chat (id)")
    connection.commit()
    connection.close()


def another_vaults_database(profile: Profile, key: bytes, other: Profile) -> None:
    shutil.copy(other.vault, profile.vault)


def another_program_with_this_key(profile: Profile, key: bytes, other: Profile) -> None:
    rewrite(profile, key, "PRAGMA application_id = 7")


def another_identity(profile: Profile, key: bytes, other: Profile) -> None:
    rewrite(profile, key, "UPDATE vault SET database_id = 'someone else'")


def newer_database(profile: Profile, key: bytes, other: Profile) -> None:
    rewrite(profile, key, "PRAGMA user_version = 4000")


def emptied(profile: Profile, key: bytes, other: Profile) -> None:
    profile.vault.write_bytes(b"")


def cut_short(profile: Profile, key: bytes, other: Profile) -> None:
    profile.vault.write_bytes(profile.vault.read_bytes()[:3000])


def cut_in_half(profile: Profile, key: bytes, other: Profile) -> None:
    data = profile.vault.read_bytes()
    profile.vault.write_bytes(data[: len(data) // 8192 * 4096])


def first_page_flipped(profile: Profile, key: bytes, other: Profile) -> None:
    data = bytearray(profile.vault.read_bytes())
    data[100] ^= 1
    profile.vault.write_bytes(data)


FAULTS: list[tuple[Callable[[Profile, bytes, Profile], None], type[InglenookError], str]] = [
    (absent, VaultAbsentError, "no vault here"),
    (keyslots_missing, KeySlotsMissingError, "keyslots.json) is missing"),
    (keyslots_damaged, KeySlotsDamagedError, "keyslots.json) is damaged"),
    (vault_missing, VaultMissingError, "vault.db) is missing"),
    (plain_database, VaultForeignError, "not the vault"),
    (another_vaults_database, VaultForeignError, "not the vault"),
    (another_program_with_this_key, VaultForeignError, "not the vault"),
    (another_identity, VaultForeignError, "not the vault"),
    (newer_database, VaultNewerError, "newer Inglenook"),
    (emptied, VaultDamagedError, "vault.db) is damaged"),
    (cut_short, VaultDamagedError, "vault.db) is damaged"),
    (cut_in_half, VaultDamagedError, "vault.db) is damaged"),
    (first_page_flipped, VaultDamagedError, "vault.db) is damaged"),
]


@pytest.mark.parametrize(("harm", "error", "words"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_each_fault_has_its_own_clear_message_and_changes_nothing(
    harm: Callable[[Profile, bytes, Profile], None],
    error: type[InglenookError],
    words: str,
    profile: Profile,
    passphrase: str,
    cheap: KdfCost,
    tmp_path: Path,
) -> None:
    made = create_vault(profile, passphrase, cost=cheap)
    key = made.key
    made.close()
    harm(profile, key, another_vault(tmp_path, cheap))
    before = contents(profile.folder) if profile.folder.exists() else {}

    with pytest.raises(error) as caught:
        open_vault(profile, passphrase)

    message = str(caught.value)
    assert words in message
    assert passphrase not in message
    assert str(profile.folder) not in message
    assert key.hex() not in message
    after = contents(profile.folder) if profile.folder.exists() else {}
    assert {name: after.get(name) for name in before} == before
    assert not any(after[name] for name in after.keys() - before.keys() if not name.endswith("-shm"))

    if error is not VaultAbsentError:  # and making one does not paper over it
        with pytest.raises(InglenookError):
            create_vault(profile, passphrase, cost=cheap)
        assert {name: contents(profile.folder).get(name) for name in before} == before


def test_messages_differ(profile: Profile, passphrase: str, cheap: KdfCost, tmp_path: Path) -> None:
    assert len({words for _, _, words in FAULTS}) == len({error for _, error, _ in FAULTS})


def test_a_wrong_passphrase_is_told_and_can_be_tried_again(
    profile: Profile, passphrase: str, cheap: KdfCost
) -> None:
    create_vault(profile, passphrase, cost=cheap).close()
    for wrong in ("", "nearly " + passphrase, passphrase + "\x00"):
        with pytest.raises(WrongPassphraseError, match="does not open the vault"):
            open_vault(profile, wrong)
    open_vault(profile, passphrase).close()


def test_a_second_owner_is_refused_even_in_the_same_process(
    profile: Profile, passphrase: str, vault: OpenVault, cheap: KdfCost
) -> None:
    with pytest.raises(VaultHeldError, match="Another Inglenook"):
        open_vault(profile, passphrase)
    with pytest.raises(VaultExistsError, match="already"):
        create_vault(profile, passphrase, cost=cheap)
    vault.close()
    open_vault(profile, passphrase).close()


def test_nothing_opens_without_encryption(
    profile: Profile, passphrase: str, cheap: KdfCost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library is swapped for Python's own, which ignores the key silently."""
    from desktop.storage import connection

    create_vault(profile, passphrase, cost=cheap).close()
    before = contents(profile.folder)
    monkeypatch.setattr(connection.dbapi2, "connect", sqlite3.connect)
    with pytest.raises(CipherUnavailableError, match="does not encrypt"):
        open_vault(profile, passphrase)
    assert contents(profile.folder) == before
    fresh = Profile(profile.folder.with_name("fresh"))
    with pytest.raises(CipherUnavailableError):
        create_vault(fresh, passphrase, cost=cheap)
    assert inspect_vault(fresh) is VaultState.ABSENT


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_files_are_private_whatever_the_umask(
    umask: int, profile: Profile, passphrase: str, cheap: KdfCost, talk
) -> None:
    profile.folder.mkdir(mode=0o755)
    before = os.umask(umask)
    try:
        made = create_vault(profile, passphrase, cost=cheap)
        talk(made.database, ["words"])
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in profile.folder.iterdir()}
        assert modes.keys() == {"vault.db", "vault.db-wal", "vault.db-shm", "keyslots.json", "lock"}
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE(profile.folder.stat().st_mode) == 0o700
        made.close()
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
def test_opening_takes_back_rights_a_copy_came_with(
    profile: Profile, passphrase: str, cheap: KdfCost
) -> None:
    create_vault(profile, passphrase, cost=cheap).close()
    profile.folder.chmod(0o755)
    profile.vault.chmod(0o644)
    profile.keyslots.chmod(0o644)
    opened = open_vault(profile, passphrase)
    assert {stat.S_IMODE(path.stat().st_mode) for path in profile.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(profile.folder.stat().st_mode) == 0o700
    opened.close()


def test_dead_replies_are_interrupted_on_opening(
    profile: Profile, passphrase: str, vault: OpenVault, talk
) -> None:
    chat, ids = talk(vault.database, ["question"])
    reply = vault.database.write(
        lambda c: conversations.add_message(
            c, chat, parent_id=ids[0], role=Role.ASSISTANT, content="half an", status=Status.STREAMING
        )
    ).result()
    vault.close()
    again = open_vault(profile, passphrase)
    (read,) = again.database.read(lambda c: conversations.messages(c, [reply.id])).result()
    assert (read.status, read.content) == (Status.INTERRUPTED, "half an")
    assert len(again.database.read(lambda c: search(c, "half")).result()) == 1
    again.close()


class Killed(BaseException):
    """Stands for the moment a process dies."""


STEPS = [
    (vault, "wrap_with_passphrase"),
    (files, "make_private_file"),
    (vault, "_fill"),
    (vault, "_salt"),
    (KeySlots, "write"),
    (Path, "rename"),
    (files, "sync_folder"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "step"), STEPS, ids=[step for _, step in STEPS])
def test_a_kill_while_making_leaves_nothing_or_a_vault(
    owner: object,
    step: str,
    after: bool,
    profile: Profile,
    passphrase: str,
    cheap: KdfCost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = getattr(owner, step)

    def die(*arguments: object, **named: object) -> None:
        if after:
            real(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, die)
        with pytest.raises(Killed):
            create_vault(profile, passphrase, cost=cheap)

    state = inspect_vault(profile)
    assert state in (VaultState.ABSENT, VaultState.PRESENT)
    opened = (
        create_vault(profile, passphrase, cost=cheap)
        if state is VaultState.ABSENT
        else open_vault(profile, passphrase)
    )
    assert opened.database.read(conversations.list_chats).result() == []
    opened.close()
    assert sorted(path.name for path in profile.folder.iterdir()) == ["keyslots.json", "lock", "vault.db"]


MAKER = """
import sys
from pathlib import Path
from desktop.paths import Profile
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

print("ready", flush=True)
create_vault(Profile(Path(sys.argv[1])), sys.argv[2], cost=KdfCost(64, 1, 1)).close()
print("made", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_real_kill_while_making_leaves_nothing_or_a_vault(
    tmp_path: Path, passphrase: str, cheap: KdfCost, full: bool
) -> None:
    for turn in range(60 if full else 6):
        profile = Profile(tmp_path / str(turn))
        command = [sys.executable, "-c", MAKER, str(profile.folder), passphrase]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(0.008 * (turn % 12))
            child.kill()
            made = child.stdout.read() == b"made\n"
        state = inspect_vault(profile)
        assert state is VaultState.PRESENT or (state is VaultState.ABSENT and not made)
        make = create_vault if state is VaultState.ABSENT else None
        opened = make(profile, passphrase, cost=cheap) if make else open_vault(profile, passphrase)
        assert opened.database.read(conversations.list_chats).result() == []
        opened.close()


def test_an_unfinished_database_of_another_vault_is_not_taken(
    profile: Profile, passphrase: str, cheap: KdfCost, tmp_path: Path
) -> None:
    create_vault(profile, passphrase, cost=cheap).close()
    profile.vault.unlink()
    shutil.copy(another_vault(tmp_path, cheap).vault, profile.folder / "vault.db.new")
    with pytest.raises(VaultMissingError):
        open_vault(profile, passphrase)


def test_a_folder_that_cannot_be_made_is_said_clearly(
    tmp_path: Path, passphrase: str, cheap: KdfCost
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFullError, match="cannot be written"):
        create_vault(Profile(tmp_path / "file" / "profile"), passphrase, cost=cheap)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs file size limits")
def test_a_full_disk_is_said_clearly_and_loses_nothing(
    profile: Profile, passphrase: str, tmp_path: Path
) -> None:
    """A child may write 1 MB a file at most; what it was told is kept must be there afterwards."""
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(profile.folder), passphrase],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kept = int(done.stdout)
    assert kept > 10
    again = open_vault(profile, passphrase)
    (chat,) = again.database.read(conversations.list_chats).result()
    assert chat.messages == kept
    again.close()


FILLER = """
import resource, signal, sys
from pathlib import Path
from desktop.domain.conversation import Role
from desktop.domain.errors import StorageFullError
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

vault = create_vault(Profile(Path(sys.argv[1])), sys.argv[2], cost=KdfCost(64, 1, 1))
chat = vault.database.write(conversations.create_chat).result()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
kept = 0
try:
    while True:
        vault.database.write(lambda c: conversations.add_message(
            c, chat.id, parent_id=None, role=Role.USER, content="words " * 500)).result()
        kept += 1
except StorageFullError:
    print(kept)
vault.close()
"""


def test_damage_found_later_is_said_clearly(
    profile: Profile, passphrase: str, vault: OpenVault, talk
) -> None:
    chat, _ = talk(vault.database, ["many words " * 400 for _ in range(60)])
    vault.close()
    data = bytearray(profile.vault.read_bytes())
    for page in range(len(data) // 8192, len(data) // 4096):
        data[page * 4096 + 2000] ^= 1
    profile.vault.write_bytes(data)

    def use() -> None:
        again = open_vault(profile, passphrase)
        try:
            again.database.read(lambda c: conversations.all_messages(c, chat)).result()
        finally:
            again.close()

    with pytest.raises(VaultDamagedError) as caught:
        use()
    assert "many words" not in str(caught.value)


def test_a_folder_with_other_things_is_left_as_it_is(
    profile: Profile, passphrase: str, cheap: KdfCost
) -> None:
    profile.folder.mkdir(mode=0o755)
    profile.folder.chmod(0o755)
    (profile.folder / "holiday.jpg").touch()
    with pytest.raises(UserActionError, match="other things"):
        create_vault(profile, passphrase, cost=cheap)
    assert [p.name for p in profile.folder.iterdir()] == ["holiday.jpg"]
    assert stat.S_IMODE(profile.folder.stat().st_mode) == 0o755
