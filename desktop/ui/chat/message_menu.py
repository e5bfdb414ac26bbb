# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of one message, and what the person thinks of it, in a small menu."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.conversation import Message
from desktop.domain.training import Rating
from desktop.i18n import _


class MessageMenu(QMenu):
    """Goes when it is closed.

    Attributes:
        rated: with 1, -1, or 0 to take it back.
        more_requested: the person wants to say more about their rating.
    """

    rated = Signal(int)
    more_requested = Signal()

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("About this message"))
        self._message = message

    def offer_rating(self, given: Rating | None) -> None:
        """Offer to rate the answer; ``given`` is what the person said before."""
        for rating, words in ((Rating.UP, _("Good answer")), (Rating.DOWN, _("Bad answer"))):
            action = self.addAction(words)
            action.setCheckable(True)
            action.setChecked(rating is given)
            value = 0 if rating is given else int(rating)
            action.triggered.connect(lambda _checked, v=value: self.rated.emit(v))
        more = self.addAction(_("Say why, or what it should have said…"))
        more.setEnabled(given is not None)
        more.triggered.connect(self.more_requested)
        self.addSeparator()

    def tell_details(self) -> None:
        """Who wrote it, when, and what it took."""
        for words in details(self._message):
            self.addAction(words.replace("&", "&&")).setEnabled(False)


def details(message: Message) -> list[str]:
    """Who wrote it, when, and what it took, as lines."""
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
