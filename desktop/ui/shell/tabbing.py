# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Tab goes from here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def step_past(root: QWidget, insides: Sequence[QWidget], *, forward: bool) -> bool:
    """Give the keyboard to what comes next, past everything in ``insides``.

    Args:
        root: where to begin if nothing has the keyboard.
        insides: widgets whose children come and go, and are walked through in another way.
        forward: or back.

    Returns:
        Whether there was somewhere to go.
    """
    start: QWidget = QApplication.focusWidget() or root
    stop = _beside(start, forward)
    while stop is not None and stop is not start:
        if _takes_tab(stop) and not any(inside.isAncestorOf(stop) for inside in insides):
            reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
            stop.setFocus(reason)
            return True
        stop = _beside(stop, forward)
    return False


def _beside(widget: QWidget, forward: bool) -> QWidget | None:
    found: QWidget | None = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
    if found is not None:
        # PySide takes what it returned for a child of ``widget`` from now on, to be invalid when that is
        # deleted; this puts it right. To Qt it says nothing new.
        found.setParent(found.parentWidget())
    return found


def _takes_tab(widget: QWidget) -> bool:
    return (
        widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    )
