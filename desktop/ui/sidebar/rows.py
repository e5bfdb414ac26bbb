# SPDX-License-Identifier: GPL-3.0-or-later
"""The chats as rows: pinned ones, folders with theirs, then the others by day. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desktop.domain.conversation import Chat, ChatId
from desktop.domain.folder import Folder
from desktop.i18n import _
from desktop.ui.sidebar.grouping import heading_for


@dataclass(frozen=True, slots=True)
class Heading:
    """Words between rows."""

    text: str


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder, and how many chats are under it."""

    folder: Folder
    count: int


Row = Heading | FolderRow | Chat


@dataclass(frozen=True, slots=True)
class Drop:
    """Where chats were let go: among the pinned ones, in a folder, or (neither) among the others.

    Attributes:
        before: of the pinned ones, the one they go before; None: the end.
    """

    pinned: bool = False
    folder: str | None = None
    before: ChatId | None = None


def rows_for(shown: Sequence[Chat], folders: Sequence[Folder], today: date) -> list[Row]:
    """The rows of these chats, the last changed of which comes first; ``folders`` in their order."""
    pinned = in_pin_order(shown)
    rows: list[Row] = [Heading(_("Pinned")), *pinned] if pinned else []
    names = {folder.name for folder in folders}
    if folders:
        rows.append(Heading(_("Folders")))
    for folder in folders:
        inside = [chat for chat in shown if chat.folder == folder.name and not chat.pinned]
        rows.append(FolderRow(folder, len(inside)))
        if folder.opened:
            rows.extend(inside)
    heading = ""
    for chat in shown:
        if chat.pinned or chat.folder in names:
            continue
        wanted = heading_for(chat.updated_at.astimezone().date(), today)
        if wanted != heading:
            heading = wanted
            rows.append(Heading(wanted))
        rows.append(chat)
    return rows


def in_pin_order(chats: Sequence[Chat]) -> list[Chat]:
    """The pinned ones: those nobody put in order first, then the others in theirs."""
    return sorted(
        (chat for chat in chats if chat.pinned), key=lambda c: (c.pin_place is not None, c.pin_place or 0)
    )


def same_place(first: Row, second: Row) -> bool:
    """Whether two rows stand for the same thing, even if its name changed, or what is in it."""
    if isinstance(first, Chat) and isinstance(second, Chat):
        # One that went from the pinned ones into a folder may keep its neighbours: it looks otherwise there.
        return (first.id, first.folder, first.pinned) == (second.id, second.folder, second.pinned)
    if isinstance(first, FolderRow) and isinstance(second, FolderRow):
        return first.folder.name == second.folder.name
    return first == second


def stays(old: Chat, new: Chat) -> bool:
    """Whether a chat that changed stands where it stood."""
    return all(
        getattr(old, name) == getattr(new, name)
        for name in ("pinned", "archived", "updated_at", "folder", "pin_place")
    )


def drop_at(rows: Sequence[Row], row: int, *, onto: bool) -> Drop:
    """What letting go onto a row means, or before it (after the last for ``len(rows)``)."""
    below = rows[row] if 0 <= row < len(rows) else None
    if onto:
        return _onto(below)
    above = rows[row - 1] if 0 < row <= len(rows) else None
    if isinstance(above, FolderRow) and above.folder.opened:
        return Drop(folder=above.folder.name)
    if isinstance(below, Chat) and below.pinned:
        return Drop(pinned=True, before=below.id)
    if isinstance(above, Chat) and above.pinned:
        return Drop(pinned=True)
    return Drop(folder=above.folder if isinstance(above, Chat) else None)


def _onto(row: Row | None) -> Drop:
    match row:
        case FolderRow(folder=folder):
            return Drop(folder=folder.name)
        case Chat(pinned=True, id=chat_id):
            return Drop(pinned=True, before=chat_id)
        case Chat(folder=name):
            return Drop(folder=name)
        case _:
            return Drop()
