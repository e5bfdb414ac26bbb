# SPDX-License-Identifier: GPL-3.0-or-later
"""What a search found, as rows; and how a row is drawn: title, then the words around the match."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.domain.conversation import Chat, ChatId, SearchHit
from desktop.i18n import _
from desktop.ui.theme.style import focus_colour
from desktop.ui.theme.theme import Theme

Index = QModelIndex | QPersistentModelIndex
MARK_BEGIN, MARK_END = "\ue000", "\ue001"
_MATCH = re.compile(f"{MARK_BEGIN}([^{MARK_END}]+){MARK_END}")

_ROW = 54  # px
_LINE = 34  # a title, a heading
_HEADING_TEXT = 12.5
_INSET = 8
_RADIUS = 8
_RING = 2
_SNIPPET_TEXT = 12.5
_LEAD = 24  # characters kept before the first match, so that it is seen in a narrow column


class HitRoles(enum.IntEnum):
    """What the delegate and the presenter ask for."""

    HIT = Qt.ItemDataRole.UserRole + 1
    CHAT = Qt.ItemDataRole.UserRole + 2  # a chat whose title holds the words
    HEADING = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str


_Row = _Heading | Chat | SearchHit


class SearchModel(QAbstractListModel):
    """Chats by their titles, then messages, newest first; with headings where there are both.

    Attributes:
        more_wanted: the end of what is known comes into view.

    Args:
        title_of: what a chat is called.
    """

    more_wanted = Signal()

    def __init__(self, title_of: Callable[[ChatId], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title_of = title_of
        self._rows: list[_Row] = []
        self._has_more = False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many were found, headings included."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Title, words, and the hit or the chat itself."""
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        found = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._name(found)
            case Qt.ItemDataRole.AccessibleTextRole if isinstance(found, SearchHit):
                return _("{title}: {words}").format(
                    title=self._name(found), words="".join(t for t, _m in pieces(found.snippet))
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._name(found)
            case HitRoles.HIT:
                return found if isinstance(found, SearchHit) else None
            case HitRoles.CHAT:
                return found if isinstance(found, Chat) else None
            case HitRoles.HEADING:
                return isinstance(found, _Heading)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings are only read."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._rows[index.row()], _Heading):
            return Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there is more than what was read."""
        return not parent.isValid() and self._has_more

    def fetchMore(self, parent: Index) -> None:
        """The view comes to the end; more arrives later."""
        if not parent.isValid():
            self.more_wanted.emit()

    def show_found(self, chats: Sequence[Chat], hits: Sequence[SearchHit], *, more: bool = False) -> None:
        """Replace what was found; ``more`` says whether there are more messages."""
        rows: list[_Row] = [_Heading(_("Chats")), *chats] if chats else []
        if chats and hits:
            rows.append(_Heading(_("Messages")))
        self.beginResetModel()
        self._rows = [*rows, *hits]
        self._has_more = more
        self.endResetModel()

    def add_hits(self, hits: Sequence[SearchHit], *, more: bool) -> None:
        """Older ones."""
        self._has_more = more
        rows: list[_Row] = list(hits)
        if rows and self._rows and isinstance(self._rows[-1], Chat):
            rows.insert(0, _Heading(_("Messages")))
        if rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def first(self) -> QModelIndex:
        """The first row that can be opened; invalid if there is none."""
        rows = (row for row, found in enumerate(self._rows) if not isinstance(found, _Heading))
        return self.index(next(rows, -1))

    def _name(self, found: _Row) -> str:
        match found:
            case _Heading(text=text):
                return text
            case SearchHit(chat_id=chat_id):
                return self._title_of(chat_id)
        return found.title or _("New chat")


def pieces(snippet: str) -> list[tuple[str, bool]]:
    """Split a snippet into (text, whether it matched), on one line, the first match near its beginning."""
    flat = " ".join(snippet.replace("**", "").replace("`", "").split())  # Markdown's loudest marks
    first = flat.find(MARK_BEGIN)
    if first > _LEAD:
        space = flat.find(" ", first - _LEAD, first)
        flat = "…" + flat[space + 1 if space >= 0 else first - _LEAD :]
    made: list[tuple[str, bool]] = []
    for number, part in enumerate(flat.split(MARK_BEGIN)):
        matched, found, rest = part.partition(MARK_END)
        if number and found:
            made.extend([(matched, True), (rest, False)])
        else:
            made.append((part.replace(MARK_END, ""), False))
    return [(text, matched) for text, matched in made if text]


def matches(snippet: str) -> tuple[str, ...]:
    """The words that matched, each once; characters that matched side by side are one word."""
    joined = snippet.replace(MARK_END + MARK_BEGIN, "")
    return tuple(dict.fromkeys(_MATCH.findall(joined)))


class HitDelegate(QStyledItemDelegate):
    """Two lines: which chat, and the words with the match in bold."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows of a kind alike."""
        return QSize(10, self._theme.px(_LINE if index.data(HitRoles.HIT) is None else _ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        tokens = self._theme.tokens
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        direction: Qt.LayoutDirection = option.direction
        radius = self._theme.px(_RADIUS)
        is_heading, hit = bool(index.data(HitRoles.HEADING)), index.data(HitRoles.HIT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not is_heading and state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(area), radius, radius)
        if state & QStyle.StateFlag.State_HasFocus:
            ring = self._theme.px(_RING)
            painter.setPen(QPen(QColor(focus_colour(tokens)), ring))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(area).adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2), radius, radius
            )
        inset = self._theme.px(_INSET)
        room = area.adjusted(inset, self._theme.px(7), -inset, -self._theme.px(7))
        leading = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeading)
        font = self._theme.font(weight=QFont.Weight.Medium)
        ink, place = tokens.ink, Qt.AlignmentFlag.AlignVCenter
        if is_heading:
            font, ink = self._theme.font(_HEADING_TEXT, QFont.Weight.DemiBold), tokens.ink2
        if isinstance(hit, SearchHit):
            place = Qt.AlignmentFlag.AlignTop
        painter.setFont(font)
        painter.setPen(QColor(ink))
        title = QFontMetricsF(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(leading | place | Qt.TextFlag.TextSingleLine), title)
        if isinstance(hit, SearchHit):
            self._paint_snippet(painter, room, pieces(hit.snippet))
        painter.restore()

    def _paint_snippet(self, painter: QPainter, room: QRect, parts: list[tuple[str, bool]]) -> None:
        left = float(room.left())
        for text, matched in parts:
            font = self._theme.font(_SNIPPET_TEXT, QFont.Weight.Bold if matched else QFont.Weight.Normal)
            metrics = QFontMetricsF(font)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.right() - left)
            painter.setFont(font)
            painter.setPen(QColor(self._theme.tokens.ink if matched else self._theme.tokens.ink2))
            line = QRectF(left, room.top(), room.right() - left, room.height())
            painter.drawText(line, int(Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextSingleLine), shown)
            left += metrics.horizontalAdvance(shown)
            if shown != text or left >= room.right():
                return
