# SPDX-License-Identifier: GPL-3.0-or-later
"""Destroying a vault for good: its keys first, so that nothing can be read from then on, then every file.

1. a mark is laid down: from here on nothing opens this vault, and the door says that it was being erased;
2. each file with wrapped keys, the backups' too, is overwritten where it lies, synced and removed;
3. the system's keychain forgets its part, if it holds one: the mark remembers for which databases;
4. every other file of ours goes; what is left is looked for; then the mark goes, and the lock last.

A kill at any moment leaves the vault as it was, or the mark, and erasing again goes on from there. Only what
has a name of ours is removed, and no link is followed.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from desktop.domain.errors import InglenookError, KeychainError, VaultAbsentError
from desktop.domain.vault import ErasureReceipt
from desktop.i18n import _
from desktop.paths import Profile
from desktop.storage import files
from desktop.storage.connection import storage_full_error
from desktop.storage.keychain import Keychain
from desktop.storage.keyslots import KeySlots, SlotType
from desktop.storage.ownership import Ownership
from desktop.storage.presence import erasing_mark

_PIECE = 1 << 16
_ID = re.compile(rb"[0-9a-f]{32}")
_BACKUP = re.compile(r"\d{8}T\d{6}\.\d{6}Z(\.unfinished|\.replaced)?")
_DATABASE = re.compile(r"vault\.db(\.(new|rekey|restore))?(-wal|-shm|-journal)?")
_KEYSLOTS = re.compile(r"keyslots\.json")
_OTHERS = re.compile(r"(preferences|health)\.json|erasing|inglenook-[0-9a-f]{24}\.sock")
_DOWNLOAD = re.compile(r".+\.gguf(\.part(\.json)?)?", re.IGNORECASE)  # only in the folder for them
_UNFINISHED = re.compile(r"\.(.+)\.[0-9a-z_]{8}")  # how private_replacement names what is not whole yet


@dataclass(slots=True)
class _Found:
    """What lies in a profile: by names, nothing opened."""

    key_files: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)  # ours; the deepest first
    foreign: int = 0

    @property
    def is_vault(self) -> bool:
        """Whether there is anything of a vault: settings and models do not make a folder ours."""
        return bool(self.key_files) or any(_is(_DATABASE, path.name) for path in self.files + self.links)


def erase(profile: Profile, keychain: Keychain | None = None) -> ErasureReceipt:
    """Destroy the keys, then everything else of ours in the profile; needs no passphrase. Takes moments.

    Args:
        profile: whose vault; nobody may have it open.
        keychain: of the system, which may hold the secret of a slot; None where it cannot be reached.

    Raises:
        VaultAbsentError: there is nothing to erase; nothing was touched.
        VaultHeldError: another Inglenook has it open; nothing was touched.
        StorageFullError: not even the mark could be laid down; nothing was touched.
    """
    mark = erasing_mark(profile)
    if not (mark.exists() or _look(profile).is_vault):
        raise VaultAbsentError(_("There is no vault here, so there is nothing to erase."))
    ownership = Ownership(profile.lock)
    try:
        found = _look(profile)
        in_keychain = _in_keychain(mark, found.key_files)
        _lay_down(mark, profile, in_keychain)
        found = _look(profile)
        size = _bytes(found)
        not_overwritten = [path for path in found.key_files if not _destroy(path)]
        forgotten = _forget(in_keychain, keychain)
        for path in found.files + found.links:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        for folder in found.folders:
            with contextlib.suppress(OSError):  # something foreign is in it
                folder.rmdir()
        with contextlib.suppress(OSError):
            files.sync_folder(profile.folder)
        after = _look(profile)
        left = after.key_files + after.files + after.links
        if not left:
            left = _take_up(mark, ownership)
    finally:
        ownership.release()
    if not left:
        with contextlib.suppress(OSError):  # something foreign is in it, or it is not ours to remove
            profile.folder.rmdir()
    return ErasureReceipt(
        key_files=len(found.key_files) - len(after.key_files),
        not_overwritten=len(not_overwritten),
        files=len(found.files) - len(after.files),
        bytes=size - _bytes(after),
        left=tuple(str(path.relative_to(profile.folder)) for path in left),
        links=tuple(str(path.relative_to(profile.folder)) for path in found.links),
        foreign=after.foreign,
        keychain_forgotten=forgotten,
    )


def _lay_down(mark: Path, profile: Profile, in_keychain: set[str]) -> None:
    """From here on nothing opens this vault."""
    try:
        files.write_private(mark, "\n".join(sorted(in_keychain)).encode())
    except OSError:
        try:  # a full disk takes no new name, but lets one be changed: the keys themselves become the mark
            if not mark.exists():
                profile.keyslots.rename(mark)
            _overwrite(mark)
        except OSError:
            raise storage_full_error() from None


def _take_up(mark: Path, ownership: Ownership) -> list[Path]:
    """Nothing is left but the mark and the lock. What of them cannot be removed is returned."""
    with contextlib.suppress(OSError):
        mark.unlink(missing_ok=True)
        files.sync_folder(mark.parent)
        ownership.remove()
    return [path for path in (mark, ownership.path) if path.exists()]


def _look(profile: Profile) -> _Found:
    found = _Found()
    for entry in _entries(profile.folder):
        path = Path(entry.path)
        if path in (profile.lock, erasing_mark(profile)):
            continue
        look = {profile.backups: _look_through_backups, profile.models: _look_through_downloads}.get(path)
        if look is None:
            _sort(entry, found, in_backup=False)
        elif entry.is_symlink():
            found.links.append(path)
        elif entry.is_dir(follow_symlinks=False):
            look(path, found)
        else:
            found.foreign += 1
    return found


def _look_through_downloads(folder: Path, found: _Found) -> None:
    """Models and parts of them: which one has chosen tells about a person, too."""
    for entry in _entries(folder):
        if not _is(_DOWNLOAD, entry.name):
            found.foreign += 1
        elif entry.is_symlink():
            found.links.append(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            found.files.append(Path(entry.path))
        else:
            found.foreign += 1
    found.folders.append(folder)


def _look_through_backups(folder: Path, found: _Found) -> None:
    for entry in _entries(folder):
        if not _is(_BACKUP, entry.name):
            found.foreign += 1
        elif entry.is_symlink():
            found.links.append(Path(entry.path))
        elif entry.is_dir(follow_symlinks=False):
            for inner in _entries(Path(entry.path)):
                _sort(inner, found, in_backup=True)
            found.folders.append(Path(entry.path))
        else:
            found.foreign += 1
    found.folders.append(folder)


def _sort(entry: os.DirEntry[str], found: _Found, *, in_backup: bool) -> None:
    unfinished = _UNFINISHED.fullmatch(entry.name)
    name = unfinished[1] if unfinished else entry.name
    is_keys = _is(_KEYSLOTS, name)
    if not (is_keys or _is(_DATABASE, name) or (not in_backup and _is(_OTHERS, name))):
        found.foreign += 1
    elif entry.is_symlink():
        found.links.append(Path(entry.path))
    elif not (entry.is_file(follow_symlinks=False) or _is_socket(entry)):
        found.foreign += 1
    else:
        (found.key_files if is_keys else found.files).append(Path(entry.path))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        raise storage_full_error() from None


def _is(pattern: re.Pattern[str], name: str) -> bool:
    return pattern.fullmatch(name) is not None


def _is_socket(entry: os.DirEntry[str]) -> bool:
    return stat.S_ISSOCK(entry.stat(follow_symlinks=False).st_mode)


def _bytes(found: _Found) -> int:
    total = 0
    for path in (*found.key_files, *found.files):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
    return total


def _in_keychain(mark: Path, key_files: list[Path]) -> set[str]:
    """The databases for which the keychain may hold a secret: by their slots, or by an earlier mark."""
    ids = set()
    for path in key_files:
        with contextlib.suppress(InglenookError):
            slots = KeySlots.read(path)
            if any(slot.type is SlotType.KEYCHAIN for slot in slots.slots):
                ids.add(slots.database_id)
    with contextlib.suppress(OSError):
        ids |= {line.decode() for line in mark.read_bytes().splitlines() if _ID.fullmatch(line)}
    return ids


def _forget(database_ids: set[str], keychain: Keychain | None) -> bool | None:
    if not database_ids:
        return None
    if keychain is None:
        return False
    forgotten = True
    for database_id in sorted(database_ids):
        try:
            keychain.forget(database_id)
        except KeychainError:
            forgotten = False
    return forgotten


def _destroy(path: Path) -> bool:
    """Overwrite what wraps a key where it lies, then remove it.

    Returns:
        Whether it was overwritten; what the system refuses to write is removed all the same.
    """
    try:
        files.make_private(path)
        _overwrite(path)
        overwritten = True
    except OSError:
        overwritten = False
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
        files.sync_folder(path.parent)
    return overwritten


def _overwrite(path: Path) -> None:
    flags = os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        left = os.fstat(descriptor).st_size
        while left > 0:
            left -= os.write(descriptor, os.urandom(min(left, _PIECE)))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
