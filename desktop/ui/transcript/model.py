# SPDX-License-Identifier: GPL-3.0-or-later
"""The shown path of a chat as an item model: outlines first, texts in pages when they are looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain.conversation import Message, MessageId, PathEntry, Role, Status
from desktop.i18n import _

Loader = Callable[[Sequence[MessageId]], None]
_Index = QModelIndex | QPersistentModelIndex

PAGE = 32  # messages asked for at once
KEPT_MESSAGES = 512  # texts kept in memory, those looked at last; more are read again when needed
KEPT_CHARACTERS = 4_000_000


class TranscriptModel(QAbstractListModel):
    """Messages on the shown path.

    Attributes:
        text_appended: (row, text) a streaming reply grew.
        message_changed: (row) text, status or measurements of a message are there or new.
    """

    text_appended = Signal(int, str)
    message_changed = Signal(int)

    MessageRole = Qt.ItemDataRole.UserRole + 1
    EntryRole = Qt.ItemDataRole.UserRole + 2

    def __init__(self, load: Loader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load = load
        self._entries: list[PathEntry] = []
        self._rows: dict[MessageId, int] = {}
        self._messages: OrderedDict[MessageId, Message] = OrderedDict()
        self._characters = 0
        self._asked: set[MessageId] = set()
        self._live: dict[MessageId, list[str]] = {}
        self._explanations: dict[MessageId, str] = {}

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many messages the path has."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, who wrote it, or the values themselves; nothing is loaded by asking."""
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return self.text(index.row())
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.who(index.row())
            case self.MessageRole:
                return self._messages.get(entry.id)
            case self.EntryRole:
                return entry
        return None

    def entry(self, row: int) -> PathEntry:
        """The outline of a message."""
        return self._entries[row]

    def row(self, message_id: MessageId) -> int | None:
        """Where a message is on the path."""
        return self._rows.get(message_id)

    def message(self, row: int) -> Message | None:
        """The message, if its text is in memory."""
        found = self._messages.get(self._entries[row].id)
        if found is not None:
            self._messages.move_to_end(found.id)
        return found

    def text(self, row: int) -> str:
        """The text as far as it is known."""
        entry = self._entries[row]
        if entry.id in self._live:
            return "".join(self._live[entry.id])
        found = self._messages.get(entry.id)
        return found.content if found is not None else ""

    def who(self, row: int) -> str:
        """The author as a person would say it."""
        match self._entries[row].role:
            case Role.USER:
                return _("You")
            case Role.SYSTEM:
                return _("Instructions")
        found = self._messages.get(self._entries[row].id)
        return (found.model if found is not None else None) or _("Inglenook")

    def is_live(self, row: int) -> bool:
        """Whether this reply is streaming."""
        return self._entries[row].id in self._live

    def explanation(self, row: int) -> str:
        """What to tell about a reply that failed."""
        return self._explanations.get(self._entries[row].id, "")

    def set_path(self, entries: Sequence[PathEntry]) -> None:
        """Show another path; rows that both share at the start stay, with their texts.

        A streaming reply that is still on the path goes on.
        """
        common = 0
        for old, new in zip(self._entries, entries, strict=False):
            if old.id != new.id:
                break
            common += 1
        changed = [row for row in range(common) if self._entries[row] != entries[row]]
        self._entries[:common] = entries[:common]
        if common < len(self._entries):
            self.beginRemoveRows(QModelIndex(), common, len(self._entries) - 1)
            for gone in self._entries[common:]:
                self._forget(gone.id)
            del self._entries[common:]
            self.endRemoveRows()
        for row in changed:
            self._tell(row)
        self._insert(entries[common:])

    def reset(self, entries: Sequence[PathEntry]) -> None:
        """Show another chat."""
        self.beginResetModel()
        self._entries = list(entries)
        self._rows = {entry.id: row for row, entry in enumerate(self._entries)}
        self._messages.clear()
        self._characters = 0
        self._asked.clear()
        self._live.clear()
        self._explanations.clear()
        self.endResetModel()

    def add(self, message: Message, siblings: int = 1, sibling_index: int = 0) -> int:
        """Put a message at the end of the path, replacing one with its id; returns its row."""
        outline = _outline(message, siblings, sibling_index)
        row = self._rows.get(message.id)
        self._keep(message)
        if row is None:
            self._insert([outline])
            return len(self._entries) - 1
        self._entries[row] = outline
        self._tell(row)
        return row

    def begin_reply(self, message: Message, siblings: int = 1, sibling_index: int = 0) -> int:
        """A reply begins to stream (its text so far is ``message.content``); returns its row."""
        self._live[message.id] = [message.content] if message.content else []
        return self.add(replace(message, status=Status.STREAMING), siblings, sibling_index)

    def append_text(self, message_id: MessageId, text: str) -> None:
        """A streaming reply grew; a reply that is not on the path any more is left alone."""
        row = self._rows.get(message_id)
        if row is not None and message_id in self._live and text:
            self._live[message_id].append(text)
            self.text_appended.emit(row, text)

    def finish_reply(self, message: Message, explanation: str = "") -> None:
        """A reply ended; ``explanation`` says why, if it failed."""
        self._live.pop(message.id, None)
        row = self._rows.get(message.id)
        if row is None:
            return
        if explanation:
            self._explanations[message.id] = explanation
        entry = self._entries[row]
        self._keep(message)
        self._entries[row] = _outline(message, entry.siblings, entry.sibling_index)
        self._tell(row)

    def want(self, row: int) -> None:
        """Make sure the text of this row and of its neighbours is on its way."""
        if self._entries[row].id in self._messages:
            return
        start = row - row % PAGE
        page = [entry.id for entry in self._entries[start : start + PAGE]]
        missing = [each for each in page if each not in self._messages and each not in self._asked]
        if missing:
            self._asked.update(missing)
            self._load(missing)

    def deliver(self, messages: Sequence[Message]) -> None:
        """The loader's answer; messages that left the path meanwhile are dropped."""
        for message in messages:
            self._asked.discard(message.id)
            row = self._rows.get(message.id)
            if row is not None and message.id not in self._live:
                self._keep(message)
                self._tell(row)

    def _insert(self, entries: Sequence[PathEntry]) -> None:
        if not entries:
            return
        first = len(self._entries)
        self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
        self._entries.extend(entries)
        self._rows.update({entry.id: first + place for place, entry in enumerate(entries)})
        self.endInsertRows()

    def _tell(self, row: int) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index)
        self.message_changed.emit(row)

    def _keep(self, message: Message) -> None:
        self._drop(message.id)
        self._messages[message.id] = message
        self._characters += len(message.content)
        for old in list(self._messages):
            if len(self._messages) <= KEPT_MESSAGES and self._characters <= KEPT_CHARACTERS:
                break
            if old != message.id and old not in self._live:
                self._drop(old)

    def _drop(self, message_id: MessageId) -> None:
        found = self._messages.pop(message_id, None)
        if found is not None:
            self._characters -= len(found.content)

    def _forget(self, message_id: MessageId) -> None:
        self._rows.pop(message_id, None)
        self._drop(message_id)
        self._asked.discard(message_id)
        self._live.pop(message_id, None)
        self._explanations.pop(message_id, None)


def _outline(message: Message, siblings: int, sibling_index: int) -> PathEntry:
    return PathEntry(
        id=message.id,
        role=message.role,
        status=message.status,
        length=len(message.content),
        lines=message.content.count("\n") + 1,
        siblings=siblings,
        sibling_index=sibling_index,
    )
