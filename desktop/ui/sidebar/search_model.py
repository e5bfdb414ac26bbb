# SPDX-License-Identifier: GPL-3.0-or-later
"""What a search found, as rows; and how a row is drawn: title, then the words around the match."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.domain.conversation import ChatId, SearchHit
from desktop.i18n import _
from desktop.ui.theme.style import focus_colour
from desktop.ui.theme.theme import Theme

Index = QModelIndex | QPersistentModelIndex
MARK_BEGIN, MARK_END = "\ue000", "\ue001"
_MATCH = re.compile(f"{MARK_BEGIN}([^{MARK_END}]+){MARK_END}")

_ROW = 54  # px
_INSET = 8
_RADIUS = 8
_RING = 2
_SNIPPET_TEXT = 12.5
_LEAD = 24  # characters kept before the first match, so that it is seen in a narrow column


class HitRoles(enum.IntEnum):
    """What the delegate and the presenter ask for."""

    HIT = Qt.ItemDataRole.UserRole + 1


class SearchModel(QAbstractListModel):
    """Hits, newest first.

    Args:
        title_of: what a chat is called.
    """

    def __init__(self, title_of: Callable[[ChatId], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title_of = title_of
        self._hits: tuple[SearchHit, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many were found."""
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Title, words, and the hit itself."""
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        hit = self._hits[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._title_of(hit.chat_id)
            case Qt.ItemDataRole.AccessibleTextRole:
                return _("{title}: {words}").format(
                    title=self._title_of(hit.chat_id), words="".join(t for t, _m in pieces(hit.snippet))
                )
            case HitRoles.HIT:
                return hit
        return None

    def show_hits(self, hits: Sequence[SearchHit]) -> None:
        """Replace what was found."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()


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

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows alike."""
        return QSize(10, self._theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        tokens = self._theme.tokens
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        direction: Qt.LayoutDirection = option.direction
        radius = self._theme.px(_RADIUS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
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
        painter.setFont(font)
        painter.setPen(QColor(tokens.ink))
        title = QFontMetricsF(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(leading | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine), title)
        hit = index.data(HitRoles.HIT)
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
