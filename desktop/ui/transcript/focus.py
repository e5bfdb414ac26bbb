# SPDX-License-Identifier: GPL-3.0-or-later
"""Tab order of the transcript: top to bottom as seen, whatever order the recycled widgets were made in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

_MOST = 10_000  # widgets in a window; ends the search if the chain were broken


def stops(messages: Iterable[QWidget], after: QWidget) -> list[QWidget]:
    """Everything Tab stops at: each message and its controls, then ``after`` if it shows."""
    found: list[QWidget] = []
    for message in messages:
        inner = [each for each in message.findChildren(QWidget) if _stops_at(each)]
        inner.sort(key=lambda each: _place(each, message))
        found += [message, *inner]
    return [*found, after] if after.isVisible() else found


def leave(view: QWidget, inside: Sequence[QWidget], forward: bool) -> None:
    """Give the focus to what comes after (or before) ``view`` in its window."""
    target: QWidget | None = view
    for _step in range(_MOST):
        if target is not None:
            target = target.nextInFocusChain() if forward else target.previousInFocusChain()
        if target is None or target is view:
            return
        if target not in inside and not view.isAncestorOf(target) and _stops_at(target):
            reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
            target.setFocus(reason)
            return


def way_to(top: int, height: int, room: int, edge: int) -> int:
    """How far to scroll so that what is at ``top`` shows in so much room; of what is higher, its top."""
    if height > room:
        return top if top > room - edge or top + height < edge else 0
    return top if top < 0 else max(0, top + height - room)


def _stops_at(widget: QWidget) -> bool:
    tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tab and widget.isVisible() and widget.isEnabled()


def _place(widget: QWidget, message: QWidget) -> tuple[int, int]:
    corner = widget.mapTo(message, QPoint(0, 0))
    return corner.y(), corner.x()
