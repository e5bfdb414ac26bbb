# SPDX-License-Identifier: GPL-3.0-or-later
"""The keychain as a way in: what it opens, what it survives, and which keychains are trusted."""

from __future__ import annotations

import sys
import threading
from types import ModuleType
from typing import ClassVar

import pytest

from desktop.domain.errors import KeychainError, StorageFullError, UserActionError, VaultHeldError
from desktop.paths import Profile
from desktop.storage import activity, files, keychain, recovery, ways_in
from desktop.storage.backup import back_up, list_backups
from desktop.storage.connection import open_connection
from desktop.storage.kdf import KdfCost
from desktop.storage.keychain import SystemKeychain
from desktop.storage.keyslots import KeySlots, SlotType
from desktop.storage.presence import may_have_keychain
from desktop.storage.rekey import rekey
from desktop.storage.restore import restore
from desktop.storage.vault import OpenVault, open_vault
from tests.memory_keychain import MemoryKeychain

NEW = "another four garden words"


@pytest.fixture
def chain() -> MemoryKeychain:
    return MemoryKeychain()


def backed_up(vault: OpenVault) -> KeySlots:
    source = open_connection(vault.profile.vault, vault.key)
    folder = back_up(source, vault.key, vault.profile.keyslots, vault.profile.backups)
    source.close()
    return KeySlots.read(folder / "keyslots.json")


def opens(profile: Profile, chain: MemoryKeychain) -> bytes:
    vault = open_vault(profile, chain)
    key = vault.key
    vault.close()
    return key


def test_it_opens_vault_and_backups_until_it_is_turned_off(vault: OpenVault, chain: MemoryKeychain) -> None:
    profile, key = vault.profile, vault.key
    backed_up(vault)
    [path] = profile.backups.glob("*/keyslots.json")
    assert not may_have_keychain(profile)
    assert ways_in.use_keychain(vault, chain) == 1
    assert ways_in.has_keychain(profile)
    assert may_have_keychain(profile)
    with pytest.raises(VaultHeldError):
        open_vault(profile, chain)
    vault.close()
    assert KeySlots.read(path).unlock_with(chain) == key
    [slot] = [slot for slot in KeySlots.read(profile.keyslots).slots if slot.type is SlotType.KEYCHAIN]
    assert slot.kdf is None
    [secret] = chain.kept.values()
    assert secret != key
    assert secret.hex() not in profile.keyslots.read_text()
    again = open_vault(profile, chain)
    assert again.key == key
    assert ways_in.leave_keychain(again, chain)
    recorded = [entry.kind for entry in again.database.read(activity.list_activity).result()]
    assert recorded == ["keychain-turned-off", "keychain-turned-on"]
    again.close()
    assert chain.kept == {}
    chain.kept[again.database_id] = secret  # as if somebody had copied it out before
    for slots in (path, profile.keyslots):
        with pytest.raises(KeychainError):
            KeySlots.read(slots).unlock_with(chain)
    assert not may_have_keychain(profile)


def test_turning_it_on_again_leaves_what_works(vault: OpenVault, chain: MemoryKeychain) -> None:
    ways_in.use_keychain(vault, chain)
    slots, kept = vault.profile.keyslots.read_bytes(), dict(chain.kept)
    ways_in.use_keychain(vault, chain)
    assert (vault.profile.keyslots.read_bytes(), chain.kept) == (slots, kept)
    chain.kept.clear()  # and mends what does not
    ways_in.use_keychain(vault, chain)
    assert KeySlots.read(vault.profile.keyslots).unlock_with(chain) == vault.key


@pytest.mark.parametrize("secret", [None, b"", bytes(31), bytes(32)])
def test_a_secret_that_is_gone_or_another_is_said_and_the_passphrase_opens(
    vault: OpenVault, chain: MemoryKeychain, passphrase: str, secret: bytes | None
) -> None:
    ways_in.use_keychain(vault, chain)
    vault.close()
    chain.kept = {} if secret is None else {vault.database_id: secret}
    with pytest.raises(KeychainError, match="passphrase still does"):
        open_vault(vault.profile, chain)
    open_vault(vault.profile, passphrase).close()


def test_a_locked_keychain_changes_nothing_and_keeps_nobody_out(
    vault: OpenVault, chain: MemoryKeychain, passphrase: str
) -> None:
    chain.locked = True
    before = vault.profile.keyslots.read_bytes()
    with pytest.raises(KeychainError):
        ways_in.use_keychain(vault, chain)
    assert vault.profile.keyslots.read_bytes() == before
    chain.locked = False
    ways_in.use_keychain(vault, chain)
    chain.locked = True
    assert not ways_in.leave_keychain(vault, chain)  # the item stays, and opens nothing
    assert chain.kept
    chain.locked = False
    vault.close()
    with pytest.raises(KeychainError):
        open_vault(vault.profile, chain)
    open_vault(vault.profile, passphrase).close()


@pytest.mark.parametrize("writes", [0, 1])
def test_when_the_disk_is_full_the_vault_opens_as_before(
    vault: OpenVault, chain: MemoryKeychain, passphrase: str, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    backed_up(vault)
    write, left = files.write_private, [writes]

    def fill_up(path: object, data: bytes, **named: bool) -> None:
        if not left[0]:
            raise OSError(28, "full")
        left[0] -= 1
        write(path, data, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "write_private", fill_up)
    with pytest.raises(StorageFullError):
        ways_in.use_keychain(vault, chain)
    assert not ways_in.has_keychain(vault.profile)
    assert ways_in.opens(vault.profile, passphrase, vault.key)


def test_it_survives_another_passphrase_and_another_code(
    vault: OpenVault, chain: MemoryKeychain, cheap: KdfCost
) -> None:
    ways_in.use_keychain(vault, chain)
    ways_in.change_passphrase(vault, NEW, cost=cheap)
    ways_in.set_recovery_code(vault, recovery.make())
    ways_in.remove_recovery_code(vault)
    key = vault.key
    vault.close()
    assert opens(vault.profile, chain) == key


def test_a_backup_put_back_is_opened_by_it(vault: OpenVault, chain: MemoryKeychain, passphrase: str) -> None:
    backed_up(vault)  # before the keychain was a way in: its slots are rewritten then
    ways_in.use_keychain(vault, chain)
    key = vault.key
    vault.close()
    vault.profile.vault.write_bytes(b"damage")
    [backup] = list_backups(vault.profile.backups)
    restore(vault.profile, backup.name, passphrase)
    assert opens(vault.profile, chain) == key
    again = open_vault(vault.profile, passphrase)
    ways_in.leave_keychain(again, chain)  # reaches what was put aside, too
    again.close()
    for path in vault.profile.backups.glob("*/keyslots.json"):
        assert not KeySlots.read(path).has(SlotType.KEYCHAIN)


def test_encrypting_anew_leaves_it_no_way_in(
    vault: OpenVault, chain: MemoryKeychain, passphrase: str, cheap: KdfCost
) -> None:
    """The old secret wrapped the old key; the service above makes a new one (tests/services)."""
    ways_in.use_keychain(vault, chain)
    vault.close()
    rekey(vault.profile, passphrase, cost=cheap)
    assert not ways_in.has_keychain(vault.profile)
    with pytest.raises(KeychainError):
        open_vault(vault.profile, chain)


def test_cut_short_before_the_exchange_it_opens_and_after_it_says_what_to_do(
    vault: OpenVault,
    chain: MemoryKeychain,
    passphrase: str,
    cheap: KdfCost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    profile, key = vault.profile, vault.key
    ways_in.use_keychain(vault, chain)
    vault.close()

    def end(*_given: object) -> None:
        raise KeyboardInterrupt

    for at in ("_require_empty_log", "replace_key"):
        with monkeypatch.context() as patch:
            patch.setattr(f"desktop.storage.rekey.{at}", end)
            with pytest.raises(KeyboardInterrupt):
                rekey(profile, passphrase, cost=cheap)
        assert KeySlots.read(profile.keyslots).pending() is not None
        if at == "_require_empty_log":
            assert opens(profile, chain) == key
            assert KeySlots.read(profile.keyslots).pending() is None
    with pytest.raises(UserActionError, match="passphrase to complete"):
        open_vault(profile, chain)
    again = open_vault(profile, passphrase)
    assert again.key != key
    again.close()


# -- which keychains are trusted


@pytest.fixture
def backends(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of backends that keyring could be told to use."""
    module = ModuleType("scratch_backends")

    class Plain:
        priority = 9
        kept: ClassVar[dict[tuple[str, str], str]] = {}

        def set_password(self, service: str, account: str, secret: str) -> None:
            self.kept[service, account] = secret

        def get_password(self, service: str, account: str) -> str | None:
            return self.kept.get((service, account))

        def delete_password(self, service: str, account: str) -> None:
            del self.kept[service, account]

    class Broken(Plain):
        @property
        def priority(self) -> int:  # type: ignore[override]
            raise RuntimeError("no service")

    class Mute(Plain):
        def get_password(self, service: str, account: str) -> str | None:
            threading.Event().wait(20)
            return None

    class Forgetful(Plain):
        def set_password(self, service: str, account: str, secret: str) -> None:
            pass

    class Angry(Plain):
        def get_password(self, service: str, account: str) -> str | None:
            raise ValueError("the words of a person")

    for kind in (Plain, Broken, Mute, Forgetful, Angry):
        kind.__module__, kind.__qualname__ = module.__name__, kind.__name__
        setattr(module, kind.__name__, kind)
    Plain.kept.clear()
    monkeypatch.setitem(sys.modules, "scratch_backends", module)
    return module


def test_a_setting_or_a_variable_makes_no_other_keychain_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, backends: ModuleType
) -> None:
    """keyring itself would use each of these; there is no message bus, so nothing real is there."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for named in (
        "scratch_backends.Plain",
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyring.backends.chainer.ChainerBackend",
    ):
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", named)
        chain = SystemKeychain()
        assert chain.name() is None
        with pytest.raises(KeychainError, match="no keychain"):
            chain.keep("account", bytes(32))
        with pytest.raises(KeychainError):
            chain.find("account")
    assert backends.Plain.kept == {}


def test_every_trusted_backend_is_a_class_of_the_library() -> None:
    from importlib import import_module

    for name in (*keychain._LINUX, *(one for names in keychain._BACKENDS.values() for one in names)):
        module, _dot, kind = name.rpartition(".")
        assert isinstance(getattr(import_module(module), kind), type), name
        assert keychain._in_words(name) != name


def test_the_first_that_works_is_taken_and_what_is_kept_is_found(backends: ModuleType) -> None:
    chain = SystemKeychain(("no.such.Module", "scratch_backends.None", "scratch_backends.Plain"))
    assert chain.name() == "scratch_backends.Plain"
    assert chain.find("account") is None
    chain.keep("account", bytes(range(32)))
    assert chain.find("account") == bytes(range(32))
    backends.Plain.kept["inglenook", "account"] = "not of ours"
    assert chain.find("account") is None
    chain.forget("account")
    chain.forget("account")
    assert backends.Plain.kept == {}


@pytest.mark.parametrize("kind", ["Forgetful", "Angry", "Mute"])
def test_one_that_fails_is_told_in_our_words(
    backends: ModuleType, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(keychain, "PATIENCE_S", 0.2)
    with pytest.raises(KeychainError) as told:
        SystemKeychain((f"scratch_backends.{kind}",)).keep("account", bytes(32))
    assert "did not answer" in str(told.value)
    assert told.value.__cause__ is None
