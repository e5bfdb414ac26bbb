# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies are made, kept to a number, and put back; what was there is lost at no step."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.conversation import Role
from desktop.domain.errors import (
    StorageFullError,
    UserActionError,
    VaultDamagedError,
    VaultHeldError,
    VaultMissingError,
    WrongPassphraseError,
)
from desktop.paths import Profile
from desktop.services.backups import EVERY, Backups
from desktop.storage import backup as copies
from desktop.storage import consent, conversations, deletion, files, network, retention, training
from desktop.storage.activity import list_activity
from desktop.storage.backup import BackupStoppedError, list_backups, rotate
from desktop.storage.database import Database
from desktop.storage.restore import restore, sound_backups
from desktop.storage.vault import OpenVault, open_vault


def tell(vault: OpenVault, text: str) -> None:
    chat = vault.database.write(lambda c: conversations.create_chat(c, title=text)).result()
    vault.database.write(
        lambda c: conversations.add_message(c, chat.id, parent_id=None, role=Role.USER, content=text)
    ).result()


def titles(vault: OpenVault) -> set[str]:
    return {chat.title for chat in vault.database.read(conversations.list_chats).result()}


def look(profile: Profile, secret: str) -> set[str]:
    vault = open_vault(profile, secret)
    try:
        return titles(vault)
    finally:
        vault.close()


@pytest.fixture
def backups(vault: OpenVault) -> Backups:
    return Backups(vault)


@pytest.fixture
def locked(vault: OpenVault, backups: Backups) -> Profile:
    """Closed, with a backup that lacks what was said last."""
    tell(vault, "before")
    backups.make()
    tell(vault, "after")
    vault.close()
    return vault.profile


def only(profile: Profile) -> str:
    (backup,) = list_backups(profile.backups)
    return backup.name


def test_one_a_day(vault: OpenVault, backups: Backups) -> None:
    made = backups.keep_up()
    assert made is not None
    assert backups.keep_up() is None
    assert backups.keep_up(now=made.made_at + EVERY) is not None
    assert backups.keep_up(now=made.made_at - timedelta(days=30)) is not None, "the clock was set back"
    assert [entry.kind for entry in vault.database.read(list_activity).result()] == ["backed-up"] * 3


def test_the_oldest_go(vault: OpenVault, backups: Backups) -> None:
    names = [backups.make().name for _ in range(4)]
    assert [backup.name for backup in backups.listed()] == names[::-1]
    assert rotate(vault.profile.backups, keep=2) == 2
    assert [backup.name for backup in backups.listed()] == names[:1:-1]


def test_writing_goes_on_meanwhile(
    vault: OpenVault, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is of one moment, whatever is written while it is made."""
    tell(vault, "before")
    monkeypatch.setattr(copies, "_STEP", 1)
    told: list[int] = []

    def tell_once(_status: int, _remaining: int, _total: int) -> None:
        if not told:
            told.append(1)
            tell(vault, "meanwhile")

    monkeypatch.setattr(copies, "_stopping", lambda _stop: tell_once)
    made = backups.make()
    assert titles(vault) == {"before", "meanwhile"}
    copy = Database.open(vault.profile.backups / made.name / copies.DATABASE_NAME, vault.key)
    assert {chat.title for chat in copy.read(conversations.list_chats).result()} == {"before"}
    copy.close()


def test_closing_gives_up_what_is_being_made(
    vault: OpenVault, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_STEP", 1)
    begun, real = threading.Event(), copies._stopping

    def slowly(stop: threading.Event | None) -> Callable[[int, int, int], None]:
        def look(*given: int) -> None:
            begun.set()
            assert stop is not None
            stop.wait(10)
            real(stop)(*given)

        return look

    monkeypatch.setattr(copies, "_stopping", slowly)
    outcome: list[object] = []
    thread = threading.Thread(target=lambda: outcome.append(backups.keep_up()))
    thread.start()
    assert begun.wait(10)
    backups.close()
    thread.join(10)
    assert outcome == [None]
    assert backups.listed() == []
    with pytest.raises(BackupStoppedError):
        backups.make()


def test_damage_is_found_and_the_copies_stay(vault: OpenVault, backups: Backups) -> None:
    for number in range(30):
        tell(vault, f"{number} " * 2000)
    kept = backups.make()
    assert vault.database.truncate_log()
    with vault.profile.vault.open("r+b") as file:
        file.seek(4096 * 12 + 100)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(VaultDamagedError):
        backups.keep_up(now=kept.made_at + EVERY)
    assert [backup.name for backup in backups.listed()] == [kept.name]


def test_a_backup_is_put_back_and_what_was_there_is_kept(locked: Profile, passphrase: str) -> None:
    name = only(locked)
    restore(locked, name, passphrase)
    vault = open_vault(locked, passphrase)
    assert titles(vault) == {"before"}
    assert vault.database.read(list_activity).result()[0].kind == "restored"
    vault.close()
    (aside,) = locked.backups.glob("*.replaced")
    other = Profile(aside)
    assert look(other, passphrase) == {"before", "after"}
    assert only(locked) == name


def test_what_was_taken_back_since_is_not_allowed_again(
    vault: OpenVault, backups: Backups, passphrase: str
) -> None:
    """A backup knows what was allowed on its day, not what was said after it."""
    chat = vault.database.write(lambda c: conversations.create_chat(c, title="once allowed")).result()
    for say in (
        lambda c: consent.set_consent(c, [chat.id], True),
        lambda c: training.set_default(c, True),
        lambda c: retention.set_days(c, 1),
        lambda c: retention.agree(c, datetime.now(UTC)),
        lambda c: network.allow_downloads(c, True),
    ):
        vault.database.write(say).result()
    backups.make()
    vault.database.write(lambda c: consent.set_consent(c, [chat.id], False)).result()
    profile = vault.profile
    vault.close()
    restore(profile, only(profile), passphrase)
    again = open_vault(profile, passphrase)
    assert again.database.read(training.consented_chats).result() == []
    assert again.database.read(lambda c: training.consented_since(c, chat.id)).result() is None
    assert not again.database.read(training.is_default).result()
    assert not again.database.read(retention.rule).result().agreed
    assert not again.database.read(network.downloads_allowed).result()
    again.close()


def harm_nothing(profile: Profile) -> None:
    pass


def lose_the_database(profile: Profile) -> None:
    profile.vault.unlink()


def lose_the_slots(profile: Profile) -> None:
    profile.keyslots.unlink()


def damage_both(profile: Profile) -> None:
    profile.vault.write_bytes(profile.vault.read_bytes()[:5000])
    profile.keyslots.write_bytes(b"{")


def leave_a_log(profile: Profile) -> None:
    profile.vault.with_name("vault.db-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(5000))


@pytest.mark.parametrize("harm", [harm_nothing, lose_the_database, lose_the_slots, damage_both, leave_a_log])
def test_whatever_is_there(locked: Profile, passphrase: str, harm: Callable[[Profile], None]) -> None:
    harm(locked)
    restore(locked, only(locked), passphrase)
    assert look(locked, passphrase) == {"before"}


@pytest.mark.parametrize("step", range(1, 9))
def test_cut_short_at_any_step_it_can_be_done_again(
    locked: Profile, passphrase: str, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either the vault opens as it was or is, or it says that it is missing and restoring completes it."""

    class DeadError(BaseException):
        pass

    left = [step]

    def mortal(real: Callable[..., object]) -> Callable[..., object]:
        def act(*given: object, **named: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                raise DeadError
            return real(*given, **named)

        return act

    name = only(locked)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", mortal(Path.rename))
        patch.setattr(files, "write_private", mortal(files.write_private))
        patch.setattr(files, "sync_folder", mortal(files.sync_folder))
        with contextlib.suppress(DeadError):
            restore(locked, name, passphrase)
    try:
        assert look(locked, passphrase) in ({"before"}, {"before", "after"})
    except VaultMissingError:
        restore(locked, name, passphrase)
        assert look(locked, passphrase) == {"before"}
    asides = [look(Profile(path.parent), passphrase) for path in locked.backups.glob("*.replaced/vault.db")]
    assert "after" in look(locked, passphrase).union(*asides)


def test_refusals_change_nothing(locked: Profile, passphrase: str, cheap: object) -> None:
    name = only(locked)
    with pytest.raises(WrongPassphraseError):
        restore(locked, name, "not the passphrase")
    with pytest.raises(UserActionError):
        restore(locked, "../elsewhere", passphrase)
    vault = open_vault(locked, passphrase)
    with pytest.raises(VaultHeldError):
        restore(locked, name, passphrase)
    vault.close()
    copy = locked.backups / name / copies.DATABASE_NAME
    data = bytearray(copy.read_bytes())
    data[9000] ^= 1
    copy.write_bytes(data)
    assert sound_backups(locked, passphrase) == []
    with pytest.raises(VaultDamagedError, match="backup is damaged"):
        restore(locked, name, passphrase)
    assert look(locked, passphrase) == {"before", "after"}


def test_a_full_disk_changes_nothing(
    locked: Profile, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_up(*_given: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(files, "make_private_file", fill_up)
        with pytest.raises(StorageFullError):
            restore(locked, only(locked), passphrase)
    assert look(locked, passphrase) == {"before", "after"}


def test_only_finished_copies_are_listed(locked: Profile) -> None:
    name = only(locked)
    shutil.copytree(locked.backups / name, locked.backups / f"{name}.unfinished")
    (locked.backups / "notes").mkdir()
    (locked.backups / datetime(2020, 1, 1, tzinfo=UTC).strftime("%Y%m%dT%H%M%S.%fZ")).mkdir()
    assert only(locked) == name


def test_a_deletion_waits_for_the_copy_that_is_being_made(
    vault: OpenVault, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would hold what was erased."""
    tell(vault, "walnut")
    (chat,) = vault.database.read(conversations.list_chats).result()
    monkeypatch.setattr(copies, "_STEP", 1)
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_status: int, _remaining: int, _total: int) -> None:
        begun.set()
        go_on.wait(10)

    monkeypatch.setattr(copies, "_stopping", lambda _stop: slowly)
    making = threading.Thread(target=backups.make)
    making.start()
    assert begun.wait(10)
    erasing = threading.Thread(target=lambda: deletion.purge(vault.database, vault, [chat.id]))
    erasing.start()
    erasing.join(0.2)
    assert erasing.is_alive()
    go_on.set()
    making.join(10)
    erasing.join(30)
    assert backups.listed() == []


def test_one_that_goes_while_they_are_listed_is_left_out(
    locked: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deletion removes them on another thread."""
    real = Path.is_file

    def is_file(path: Path) -> bool:
        there = real(path)
        if path.name == "keyslots.json":
            shutil.rmtree(path.parent)
        return there

    monkeypatch.setattr(Path, "is_file", is_file)
    assert list_backups(locked.backups) == []
