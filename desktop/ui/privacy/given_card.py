# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model was given: sums, and the last answers, each with the way to its chat."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from desktop.i18n import _, ngettext
from desktop.services.privacy import GivenReply, GivenTotals, model_hash
from desktop.ui.privacy.parts import Card, lines, moment, number, pair
from desktop.ui.theme.controls import Button, label, row, rule
from desktop.ui.theme.theme import Theme

_FEW = 3  # answers shown at first


class GivenCard(Card):
    """Attributes:
    chat_requested: show a chat at a message.
    """

    chat_requested = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "text-wrap", _("What the model was given"))
        self._theme = theme
        self._shows_all = False
        self._found: tuple[GivenTotals, Sequence[GivenReply]] = (GivenTotals(0, 0, 0, 0, 0), ())

    def show_given(self, totals: GivenTotals, latest: Sequence[GivenReply]) -> None:
        """Show what was counted."""
        self._found = (totals, latest)
        self.clear()
        self.body.addWidget(
            label(
                _("For each answer the model reads your chat from its beginning, as far as it fits."),
                "small",
                wrap=True,
            )
        )
        if not totals.replies:
            self.body.addWidget(label(_("It was given nothing yet."), "small", wrap=True))
            return
        self.body.addWidget(label(_totals_in_words(totals), wrap=True))
        for one in latest if self._shows_all else latest[:_FEW]:
            self.body.addWidget(rule())
            self._add(one)
        if len(latest) > _FEW:
            words = _("Show fewer") if self._shows_all else _("Show the last {count}")
            more = Button(self._theme, words.format(count=len(latest)), "more")
            more.clicked.connect(self._toggle)
            self.body.addLayout(row(more, None))

    def _add(self, one: GivenReply) -> None:
        title = one.chat_title or _("Untitled chat")
        opener = Button(self._theme, _("Open"), "link")
        opener.setAccessibleName(_("Open the chat {title} at this answer").format(title=title))
        opener.clicked.connect(lambda: self.chat_requested.emit(one.chat_id, one.message_id))
        told = lines(
            label(title, "field", wrap=True),
            label(moment(one.at), "caption"),
            label(_reply_in_words(one), "small", wrap=True),
        )
        self.body.addLayout(pair(told, opener))

    def _toggle(self) -> None:
        self._shows_all = not self._shows_all
        self.show_given(*self._found)


def _totals_in_words(totals: GivenTotals) -> str:
    words = ngettext("{count} answer", "{count} answers", totals.replies).format(count=number(totals.replies))
    told = _("{answers}: {prompt} tokens read, {made} written").format(
        answers=words, prompt=number(totals.prompt_tokens), made=number(totals.completion_tokens)
    )
    if totals.shortened:
        cut = ngettext(
            "{count} with older messages left out", "{count} with older messages left out", totals.shortened
        )
        told = f"{told} · {cut.format(count=number(totals.shortened))}"
    return told


def _reply_in_words(one: GivenReply) -> str:
    stats = one.stats
    system = min(stats.system_tokens, stats.prompt_tokens)
    parts = [
        _("{model}: {tokens} tokens of the chat").format(
            model=one.model or _("Model not known"), tokens=number(stats.prompt_tokens - system)
        ),
        _("{tokens} of instructions").format(tokens=number(system)),
        ngettext(
            "{count} older message left out", "{count} older messages left out", stats.dropped_messages
        ).format(count=number(stats.dropped_messages))
        if stats.dropped_messages
        else _("nothing left out"),
    ]
    if known := model_hash(one.model):
        parts.append(_("file SHA-256 {hash}…").format(hash=known[:12]))
    return " · ".join(parts)
