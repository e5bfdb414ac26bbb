# SPDX-License-Identifier: GPL-3.0-or-later
"""What is deleted is hidden at once, erased everywhere, and the proof would notice if it were not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.conversation import ChatId, DeletionReceipt, Role, Status
from desktop.domain.errors import UnknownChatError
from desktop.domain.training import Rating
from desktop.paths import Profile
from desktop.storage import activity, conversations, deletion, pagescan, residue
from desktop.storage.backup import back_up
from desktop.storage.connection import Connection, open_connection
from desktop.storage.database import Database
from desktop.storage.feedback import set_feedback
from desktop.storage.pagescan import ScanReport, ScanRequest, scan, scan_in_child
from desktop.storage.search import search
from desktop.storage.training import choose_filter
from desktop.storage.vault import OpenVault

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
SECRET = [
    "Heliotrope quagmires bedevil zephyrine oligarchs nightly",
    "Indeed, quixotic marmalade foundlings 秘密の話 abscond",
    "zyzzyva",
    "naïve Xylographers " * 600,
]
PUBLIC = [
    "The kettle is on the fire",
    "A message about nothing in particular",
    "complete assistant streaming",
]


def sightings(vault: OpenVault, words: Sequence[str]) -> list[str]:
    """Which of these are in a decrypted page, looked for here and not in the child."""
    needles = [word.encode() for word in words]
    report = scan(ScanRequest(os.fsencode(vault.profile.vault), vault.key, needles))
    assert report.unreadable == 0
    return [words[index] for index in report.found]


CANARIES = [
    "Heliotrope",
    "heliotrope",
    "zephyrine",
    "marmalade",
    "秘密の話",
    "zyzzyva",
    "xylographers",
    "Secret title",
]


def test_hidden_at_once_back_on_undo(conn: Connection) -> None:
    first, second = (conversations.create_chat(conn, title=name).id for name in "ab")
    deletion.mark_deleted(conn, [first], NOW)
    assert [chat.id for chat in conversations.list_chats(conn)] == [second]
    for call in (conversations.get_chat, conversations.path, conversations.all_messages):
        with pytest.raises(UnknownChatError):
            call(conn, first)
    deletion.undelete(conn, [first, ChatId("gone")])
    assert len(conversations.list_chats(conn)) == 2


def test_an_unknown_chat_hides_none(database: Database, talk) -> None:
    known, _ = talk(database, ["hello"])
    with pytest.raises(UnknownChatError):
        database.write(lambda c: deletion.mark_deleted(c, [known, ChatId("gone")], NOW)).result()
    assert len(database.read(conversations.list_chats).result()) == 1


def test_due_is_what_has_waited_long_enough(conn: Connection) -> None:
    chats = [conversations.create_chat(conn).id for _ in range(3)]
    for hours, chat in enumerate(chats[:2]):
        deletion.mark_deleted(conn, [chat], NOW + timedelta(hours=hours))
    assert deletion.due(conn, NOW - timedelta(seconds=1)) == []
    assert deletion.due(conn, NOW) == [chats[0]]
    assert deletion.due(conn, datetime.max.replace(tzinfo=UTC)) == chats[:2]


def test_nothing_is_left_in_any_decrypted_page(vault: OpenVault, talk) -> None:
    kept, _ = talk(vault.database, PUBLIC, title="Kept")
    gone, _ = talk(vault.database, SECRET, title="Secret title")
    vault.database.write(
        lambda c: c.execute(
            "INSERT INTO draft SELECT key, 0, 'Heliotrope draft' FROM chat WHERE id = ?", (gone,)
        )
    ).result()
    assert set(sightings(vault, CANARIES)) == set(CANARIES)  # the look itself works

    receipt = deletion.purge(vault.database, vault, [gone])

    assert (receipt.deleted_chats, receipt.deleted_messages, receipt.residue_found) == (1, 4, 0)
    assert sightings(vault, CANARIES) == []
    assert any("decrypted pages" in line for line in receipt.checked)
    assert "vault.db-wal: empty" in receipt.checked
    assert Path(f"{vault.profile.vault}-wal").stat().st_size == 0
    assert [chat.id for chat in vault.database.read(conversations.list_chats).result()] == [kept]
    assert len(vault.database.read(lambda c: search(c, "kettle")).result()) == 1

    def look(connection: Connection) -> tuple[object, ...]:
        tables = ("message", "chat", "consent", "draft")
        counts = tuple(connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in tables)
        (done,) = activity.list_activity(connection)
        return counts, done.kind, done.counts

    counts = {"chats": 1, "messages": 4, "backups": 0, "residue": 0}
    looked = {"pages": receipt.pages, "looked_for": receipt.looked_for}
    assert min(looked.values()) > 10
    assert vault.database.read(look).result() == ((3, 1, 0, 0), "deleted", counts | looked)
    vault.database.write(
        lambda c: c.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")
    ).result()


def test_a_reply_that_still_streams_is_erased_too(vault: OpenVault, talk) -> None:
    gone, ids = talk(vault.database, ["question"])
    vault.database.write(
        lambda c: conversations.add_message(
            c, gone, parent_id=ids[0], role=Role.ASSISTANT, content=SECRET[0], status=Status.STREAMING
        )
    ).result()
    assert deletion.purge(vault.database, vault, [gone]).deleted_messages == 2
    assert sightings(vault, CANARIES) == []


@pytest.mark.parametrize(
    "leftover",
    [
        "INSERT INTO setting VALUES ('left', '\"nothing\"')",  # a control: no residue
        "INSERT INTO message_index (rowid, content) VALUES (99, 'zephyrine')",
    ],
    ids=["clean", "index entry"],
)
def test_the_proof_notices_a_leftover_index_entry(vault: OpenVault, talk, leftover: str) -> None:
    gone, _ = talk(vault.database, SECRET)
    vault.database.write(lambda c: c.execute(leftover)).result()
    receipt = deletion.purge(vault.database, vault, [gone])
    assert (receipt.residue_found > 0) == ("zephyrine" in leftover)


def test_the_proof_notices_what_stays_in_free_space(vault: OpenVault, talk) -> None:
    """secure_delete off leaves the rows' bytes in the pages: just what the scan is for."""
    gone, _ = talk(vault.database, SECRET)
    vault.database._writing.submit(vault.database._writer.execute, "PRAGMA secure_delete = OFF").result()
    receipt = deletion.purge(vault.database, vault, [gone])
    assert receipt.residue_found > 0
    assert sightings(vault, CANARIES) != []


def test_what_others_say_too_is_no_residue(vault: OpenVault, talk) -> None:
    gone, _ = talk(vault.database, [*PUBLIC, "CREATE TABLE message and PRAGMA things"], title="Kettle talk")
    talk(vault.database, [*PUBLIC, "kettles boiling"], title="Kettle talk")
    assert deletion.purge(vault.database, vault, [gone]).residue_found == 0


def test_backups_go_with_it(vault: OpenVault, talk) -> None:
    gone, _ = talk(vault.database, SECRET)
    profile = vault.profile
    vault.database.write(conversations.list_chats).result()
    source = open_connection(profile.vault, vault.key)
    back_up(source, vault.key, profile.keyslots, profile.backups)
    source.close()
    receipt = deletion.purge(vault.database, vault, [gone])
    assert "1 backup removed" in receipt.checked
    assert list(profile.backups.iterdir()) == []


def test_killed_after_the_backups_went_the_chat_still_waits_for_its_end(
    vault: OpenVault, talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, _ = talk(vault.database, SECRET)
    vault.database.write(lambda c: deletion.mark_deleted(c, [gone], datetime.now(UTC))).result()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(deletion, "_erase", die)
    with pytest.raises(KeyboardInterrupt):
        deletion.purge(vault.database, vault, [gone])
    assert not list(vault.profile.backups.glob("*"))
    assert vault.database.read(lambda c: deletion.due(c, datetime.max.replace(tzinfo=UTC))).result() == [gone]


def test_twice_does_no_harm(vault: OpenVault, talk) -> None:
    gone, _ = talk(vault.database, SECRET)
    deletion.purge(vault.database, vault, [gone])
    again = deletion.purge(vault.database, vault, [gone, ChatId("gone")])
    assert (again.deleted_chats, again.deleted_messages, again.residue_found) == (0, 0, 0)
    assert len(vault.database.read(activity.list_activity).result()) == 1


def test_writing_goes_on_while_pages_are_looked_at(vault: OpenVault, talk) -> None:
    gone, _ = talk(vault.database, SECRET)
    scanning, written = threading.Event(), threading.Event()

    def slow(path: Path, key: bytes, needles: Sequence[bytes]) -> ScanReport:
        scanning.set()
        assert written.wait(30)
        return scan_in_child(path, key, needles)

    receipts = []
    purging = threading.Thread(
        target=lambda: receipts.append(deletion.purge(vault.database, vault, [gone], scan=slow))
    )
    purging.start()
    assert scanning.wait(30)
    talk(vault.database, PUBLIC * 50)
    written.set()
    purging.join()
    (receipt,) = receipts
    assert receipt.residue_found == 0
    assert any(line.startswith("vault.db-wal: ") and "empty" not in line for line in receipt.checked)


def test_everything_that_hangs_on_it_is_looked_for(vault: OpenVault, talk) -> None:
    """What a person said of an answer, and which words they had hidden, lie in tables of their own."""
    gone, messages = talk(vault.database, ["Which tea?", "Any tea at all"])

    def say_of_it(c: Connection) -> None:
        set_feedback(
            c, messages[1], Rating.DOWN, reason="a hollyhock grumble", correction="a foxglove answer"
        )
        choose_filter(c, gone, {"Petronella Quaddlebacker": True})

    vault.database.write(say_of_it).result()
    looked_for: list[bytes] = []

    def look(path: Path, key: bytes, needles: Sequence[bytes]) -> ScanReport:
        looked_for.extend(needles)
        return scan_in_child(path, key, needles)

    receipt = deletion.purge(vault.database, vault, [gone], scan=look)
    assert receipt.residue_found == 0
    for words in (b"a hollyhock grumble", b"a foxglove answer", b"Petronella Quaddlebacker"):
        assert words in looked_for


@pytest.mark.parametrize("error", [OSError("gone"), ValueError("no report")])
def test_a_look_that_failed_is_told(vault: OpenVault, talk, error: Exception) -> None:
    gone, _ = talk(vault.database, SECRET)

    def fail(*_: object) -> ScanReport:
        raise error

    receipt = deletion.purge(vault.database, vault, [gone], scan=fail)
    assert (receipt.deleted_chats, receipt.residue_found) == (1, None)  # never a clean bill
    assert any("could not be looked at" in line for line in receipt.checked)


def test_in_memory_nothing_is_looked_for(talk) -> None:
    memory = Database.in_memory()
    gone, _ = talk(memory, SECRET)
    receipt = deletion.purge(memory, None, [gone])
    assert (receipt.deleted_chats, receipt.deleted_messages, receipt.residue_found) == (1, 4, 0)
    assert memory.read(conversations.list_chats).result() == []
    memory.close()


def test_the_child_sees_what_sqlite_wrote(vault: OpenVault, talk) -> None:
    """Every page authenticates: in the log, and after it was emptied into the database."""
    talk(vault.database, PUBLIC * 20)
    needles = [b"The kettle is on", b"not there at all", b"nothing in particular"]
    before = scan_in_child(vault.profile.vault, vault.key, needles)
    assert (before.found, before.unreadable) == ([0, 2], 0)
    assert before.log_pages > 0
    vault.database.truncate_log()
    after = scan_in_child(vault.profile.vault, vault.key, needles)
    assert (after.found, after.unreadable, after.log_pages) == ([0, 2], 0, 0)
    assert after.pages == vault.profile.vault.stat().st_size // 4096


def test_a_wrong_key_or_a_missing_file_yields_no_finding(vault: OpenVault, profile: Profile) -> None:
    report = scan_in_child(vault.profile.vault, bytes(32), [b"anything"])
    assert (report.pages, report.found) == (0, [])
    assert report.unreadable > 0
    with pytest.raises((OSError, ValueError)):
        scan_in_child(profile.folder / "nothing.db", bytes(32), [b"anything"])


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_key_is_in_no_argument_and_no_variable(vault: OpenVault, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.sandbox import process
    from desktop.storage import pagescan

    seen: list[bytes] = []

    class Watched(process.Child):
        def __enter__(self) -> Watched:
            folder = Path(f"/proc/{self.pid}")
            while not (told := (folder / "cmdline").read_bytes()):  # the new program is being loaded
                time.sleep(0.001)
            seen.append(told + (folder / "environ").read_bytes())
            return self

    monkeypatch.setattr(pagescan, "Child", Watched)
    scan_in_child(vault.profile.vault, vault.key, [b"anything"])
    assert seen[0]
    assert vault.key not in seen[0]
    assert vault.reveal_key().encode() not in seen[0]


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp")
def test_the_child_is_confined_before_it_reads(vault: OpenVault, talk, tmp_path: Path) -> None:
    talk(vault.database, PUBLIC)
    (tmp_path / "other").write_text("other")
    program = """
import socket, sys
from desktop.storage import pagescan
request = pagescan.ScanRequest(sys.argv[1].encode(), sys.stdin.buffer.read(), [b"The kettle is on"])
report = pagescan.scan(request, before_reading=pagescan._confine)
refused = 0
attempts = [lambda: open(sys.argv[2]), lambda: open(sys.argv[2] + "2", "w"), lambda: socket.socket(1)]
for attempt in attempts:
    try:
        attempt()
    except OSError:
        refused += 1
print(report.found, report.unreadable, refused)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(vault.profile.vault), str(tmp_path / "other")],
        cwd=Path(__file__).resolve().parents[2],
        input=vault.key,
        capture_output=True,
        check=False,
    )
    assert done.stdout.split() == [b"[0]", b"0", b"3"], done.stderr


def test_very_many_needles_are_sampled_evenly(
    monkeypatch: pytest.MonkeyPatch, vault: OpenVault, talk
) -> None:
    monkeypatch.setattr(deletion, "MAX_NEEDLES", 10)
    gone, _ = talk(vault.database, [f"number{n} one two three" for n in range(40)])
    receipt = deletion.purge(vault.database, vault, [gone])
    assert any(line.startswith("looked for 9 of 8") for line in receipt.checked), receipt.checked


def test_shingles_cover_a_text() -> None:
    text = "one two  three\nfour five six sevensevensevensevensevenseven 八九十"
    found = residue.shingles(text)
    assert found == {
        b"one two  three\nfour",
        b"five six sevensevensevensevensevenseven",
        "八九十".encode(),
    }
    assert residue.shingles("") == residue.shingles("short") == set()
    assert sum(len(needle) for needle in residue.shingles("字" * 100)) == 300


def test_index_terms_are_the_indexs_own(conn: Connection, tell) -> None:
    tell("Crème brûlée 東京 x\x00y")
    known = {row[0] for row in conn.execute("SELECT term FROM message_terms")}
    assert (
        residue.index_terms(["Crème brûlée 東京 x\x00y"])
        == known
        == {"creme", "brulee", "東", "京", "x", "y"}
    )


def endless(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, list[bool]]:
    """A child that has begun and would look for ever; whether it was ended is noted."""
    begun, over, ended = threading.Event(), threading.Event(), []

    def scan(path: Path, key: bytes, needles: Sequence[bytes], *, started: Any) -> ScanReport:
        def end() -> None:
            ended.append(True)
            over.set()

        started(end)
        begun.set()
        assert over.wait(30)
        raise OSError

    monkeypatch.setattr(pagescan, "scan_in_child", scan)
    return begun, ended


def test_locking_ends_the_look_at_the_pages(vault: OpenVault, talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child knows the key. What was found so far is told, and noted, before the vault is closed."""
    gone, _ = talk(vault.database, SECRET)
    begun, ended = endless(monkeypatch)
    receipts: list[DeletionReceipt] = []
    purging = threading.Thread(target=lambda: receipts.append(deletion.purge(vault.database, vault, [gone])))
    purging.start()
    assert begun.wait(30)
    vault.close()
    assert ended == [True]
    purging.join(30)
    (receipt,) = receipts
    assert (receipt.deleted_chats, receipt.residue_found) == (1, None)


def test_two_looks_take_turns(vault: OpenVault, talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the first to end would let pages change under the other's eyes."""
    real, looking, most = pagescan.scan_in_child, [], []

    def scan(path: Path, key: bytes, needles: Sequence[bytes], **options: Any) -> ScanReport:
        looking.append(True)
        most.append(len(looking))
        try:
            return real(path, key, needles, **options)
        finally:
            looking.pop()

    monkeypatch.setattr(pagescan, "scan_in_child", scan)
    chats = [talk(vault.database, SECRET)[0] for _ in range(3)]
    purging = [
        threading.Thread(target=deletion.purge, args=(vault.database, vault, [chat])) for chat in chats
    ]
    for thread in purging:
        thread.start()
    for thread in purging:
        thread.join(60)
    assert most == [1, 1, 1]
