# SPDX-License-Identifier: GPL-3.0-or-later
"""With failing_disk.so preloaded, as a program: does one thing over and over; each time another write fails.

Arguments: what (commit, backup, import, move), the profile to begin with each time, a folder to work in, the
error's number, whether the disk stays broken, whether every single write has its turn, the archive to bring.
Says how many writes had their turn.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from desktop.documents import age
from desktop.domain.archive import chat_digest
from desktop.domain.conversation import ChatId, Role
from desktop.domain.errors import EnvironmentFaultError, InglenookError
from desktop.paths import Profile
from desktop.services.backups import Backups, sound_backups
from desktop.services.export.exporter import Exporter
from desktop.services.imports import Importer
from desktop.services.moving import Moving
from desktop.storage import conversations
from desktop.storage.archive import read_chat
from desktop.storage.backup import list_backups
from desktop.storage.connection import Connection
from desktop.storage.vault import OpenVault, open_vault

PASSPHRASE = "four unrelated garden words"
COMMITS = 8
Check = Callable[[OpenVault], None]

age.WORK_FACTOR = 4
disk = ctypes.CDLL(None)
disk.disk_failures.restype = ctypes.c_long
disk.disk_fails.argtypes = (ctypes.c_char_p, ctypes.c_long, ctypes.c_int, ctypes.c_int)


def expect(holds: bool, words: str) -> None:
    if not holds:
        raise AssertionError(words)


def human(error: Exception) -> None:
    """It is one of ours, in words, and of the machine's kind."""
    expect(isinstance(error, EnvironmentFaultError), f"{type(error).__name__} instead of a fault")
    words = str(error)
    expect("." in words and "Error" not in words and "errno" not in words.lower(), words)


def commit(vault: OpenVault) -> Check:
    """Messages one after the other, and the log emptied on the way; what is acknowledged must be there."""
    kept: list[str] = []
    chat: list[ChatId] = []

    def tell(conn: Connection, text: str) -> None:
        if not chat:
            chat.append(conversations.list_chats(conn)[0].id)
        conversations.add_message(conn, chat[0], parent_id=None, role=Role.USER, content=text)

    for number in range(COMMITS):
        text = f"message {number} " + "of the sea " * 300
        try:
            vault.database.write(lambda conn, t=text: tell(conn, t)).result()  # type: ignore[misc]
        except InglenookError as error:
            human(error)
        else:
            kept.append(text)
        if number == COMMITS // 2:
            try:
                vault.database.truncate_log()
            except InglenookError as error:
                human(error)

    def check(vault: OpenVault) -> None:
        found = vault.database.read(_texts).result()
        expect(set(kept) <= found, "an acknowledged message is lost")

    return check


def backup(vault: OpenVault) -> Check:
    """One more copy; the ones there are stay, and no half one is left."""
    before = {one.name for one in list_backups(vault.profile.backups)}
    made = None
    try:
        made = Backups(vault).make().name
    except InglenookError as error:
        human(error)

    def check(vault: OpenVault) -> None:
        folder = vault.profile.backups
        names = {one.name for one in list_backups(folder)}
        expect(names >= before, "an old copy is gone")
        expect(made is None or made in names, "the copy that was told of is not there")
        expect({one.name for one in folder.iterdir()} == names, "half a copy is left")
        expect(set(sound_backups(vault.profile, PASSPHRASE)) == names, "a copy is not sound")

    return check


def bring(vault: OpenVault, archive: Path) -> Check:
    """What the import says came in is in, whole; of the rest nothing."""
    came = 0
    try:
        Importer(vault.database).read(archive, passphrase=PASSPHRASE, progress=_count)
    except InglenookError as error:
        human(error)
    came, _told[0] = _told[0], 0
    return lambda vault: _whole(vault, came)


def move(vault: OpenVault, archive: Path) -> Check:
    """The same, checked equal if it says so."""
    equal = False
    try:
        equal = Moving(vault.database, Exporter(vault.database)).bring(archive, PASSPHRASE).is_equal
    except InglenookError as error:
        human(error)
    return lambda vault: _whole(vault, len(_archived) if equal else 0)


_told = [0]
_archived: dict[str, str] = {}  # the digest of each chat in the archive, by id


def _count(chats: int) -> None:
    _told[0] = chats


def _whole(vault: OpenVault, at_least: int) -> None:
    here = vault.database.read(_digests).result()
    came = {name: digest for name, digest in here.items() if name in _archived}
    expect(len(came) >= at_least, "a chat that came in is lost")
    expect(all(_archived[name] == digest for name, digest in came.items()), "half a chat came in")


def _digests(conn: Connection) -> dict[str, str]:
    return {chat.id: chat_digest(read_chat(conn, chat.id)) for chat in conversations.list_chats(conn)}


def _texts(conn: Connection) -> set[str]:
    chats = conversations.list_chats(conn)
    return {one.content for chat in chats for one in conversations.all_messages(conn, chat.id)}


def _sound(conn: Connection) -> None:
    expect(not conn.execute("PRAGMA cipher_integrity_check").fetchall(), "pages do not hold")
    expect(conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the structure does not hold")
    expect(not conn.execute("PRAGMA foreign_key_check").fetchall(), "references do not hold")


def main() -> None:
    what, template, work, number, lasting, every, archive = sys.argv[1:]
    profile = Profile(Path(work) / "profile")
    if archive:
        with_all = open_vault(Profile(Path(archive).parent / "old"), PASSPHRASE)
        _archived.update(with_all.database.read(_digests).result())
        with_all.close()
    does: dict[str, Callable[[OpenVault], Check]] = {
        "commit": commit,
        "backup": backup,
        "import": lambda vault: bring(vault, Path(archive)),
        "move": lambda vault: move(vault, Path(archive)),
    }
    nth, turns = 1, 0
    while True:
        shutil.rmtree(profile.folder, ignore_errors=True)
        shutil.copytree(template, profile.folder)
        vault = open_vault(profile, PASSPHRASE)
        disk.disk_fails(work.encode(), nth, int(number), int(lasting))
        try:
            check = does[what](vault)
            vault.close()
        finally:
            failed = disk.disk_failures()
            disk.disk_fails(work.encode(), -1, 0, 0)
        try:
            vault = open_vault(profile, PASSPHRASE)
            vault.database.write(_sound).result()
            check(vault)
            vault.close()
        except AssertionError as error:
            raise AssertionError(f"write {nth}: {error}") from None
        if not failed:
            break
        turns += 1
        nth += 1 if int(every) else 1 + nth // 6
    print(turns)


if __name__ == "__main__":
    main()
