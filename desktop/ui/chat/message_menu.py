# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of one message, in a small menu."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.conversation import Message
from desktop.i18n import _


def message_menu(message: Message, parent: QWidget) -> QMenu:
    """Who wrote it, when, and what it took."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(_("About this message"))
    for words in details(message):
        menu.addAction(words.replace("&", "&&")).setEnabled(False)
    return menu


def details(message: Message) -> list[str]:
    """The same, as lines."""
    lines = [f"{message.created_at.astimezone():%Y-%m-%d %H:%M}"]
    if message.model:
        lines.insert(0, message.model)
    stats = message.stats
    if stats is not None:
        lines.append(
            _("Read {count} tokens, {cached} of them remembered").format(
                count=f"{stats.prompt_tokens:,}", cached=f"{stats.cached_tokens:,}"
            )
        )
        lines.append(_("Wrote {count} tokens").format(count=f"{stats.completion_tokens:,}"))
        lines.append(_("First word after {seconds} s").format(seconds=f"{stats.time_to_first_token_s:.2f}"))
        if stats.dropped_messages:
            lines.append(
                _("The oldest {count} messages did not fit").format(count=f"{stats.dropped_messages:,}")
            )
    return lines
