# SPDX-License-Identifier: GPL-3.0-or-later
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import i18n


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Path]:
    """A folder with a German catalogue of one message, in gettext's own binary form."""
    entries = {"": "Content-Type: text/plain; charset=UTF-8\n", "New chat": "Neuer Chat"}
    keys = [k.encode() for k in sorted(entries)]
    values = [entries[k.decode()].encode() for k in keys]
    start = 28 + 16 * len(keys)
    key_table, value_table, data = b"", b"", b""
    for key in keys:
        key_table += struct.pack("<2I", len(key), start + len(data))
        data += key + b"\0"
    for value in values:
        value_table += struct.pack("<2I", len(value), start + len(data))
        data += value + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "inglenook.mo").write_bytes(header + key_table + value_table + data)
    yield tmp_path
    i18n.install(tmp_path / "none", "en")


def test_a_language_is_used_and_english_fills_its_gaps(catalogue: Path) -> None:
    i18n.install(catalogue, "de")
    assert i18n._("New chat") == "Neuer Chat"
    assert i18n._("Not translated") == "Not translated"
    assert i18n.ngettext("{count} chat", "{count} chats", 2) == "{count} chats"


def test_an_unknown_language_is_english(catalogue: Path) -> None:
    i18n.install(catalogue, "xx")
    assert i18n._("New chat") == "New chat"
