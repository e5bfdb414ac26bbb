# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept and where: counts, bytes, and a bar for each kind."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QGridLayout

from desktop.i18n import _, ngettext
from desktop.services.privacy_reports import PrivacyReport
from desktop.ui.privacy.parts import Bar, Card, lines, number, size_in_words
from desktop.ui.theme.controls import label, rule
from desktop.ui.theme.theme import Theme

_Row = tuple[str, str, int, str]  # words, colour, bytes, how many


class KeptCard(Card):
    """Says what there is, never what stands in it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "box", _("What is kept"))
        self._theme = theme

    def show_report(self, found: PrivacyReport, folder: Path | None) -> None:
        """Show what was found.

        Args:
            found: the report.
            folder: where it lies; None in memory.
        """
        self.clear()
        rows = _rows(found)
        most = max(size for _words, _colour, size, _count in rows) or 1
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        for line, (words, colour, size, count) in enumerate(rows):
            told = " · ".join(filter(None, (size_in_words(size), count)))
            grid.addWidget(label(words, "secondary"), line, 0)
            grid.addWidget(Bar(self._theme, colour, size / most, f"{words}: {told}"), line, 1)
            grid.addWidget(label(told, "small", wrap=True), line, 2)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 3)
        self.body.addLayout(grid)
        if "vault" in {kept.what for kept in found.stored} and folder is not None:
            self.body.addWidget(rule())
            place = label(os.fsencode(folder).decode("utf-8", "replace"), "address", wrap=True)
            self.body.addWidget(lines(label(_("All of it lies in this folder:"), "small", wrap=True), place))


def _rows(found: PrivacyReport) -> list[_Row]:
    stored = {kept.what: kept for kept in found.stored}
    messages = stored["messages"].count
    beside = [stored[what] for what in ("drafts", "feedback", "settings", "activity")]
    entries = sum(kept.count for kept in beside)
    rows = [
        (
            _("Chats"),
            "accent",
            stored["chats"].bytes,
            ngettext("{count} message", "{count} messages", messages).format(count=number(messages)),
        ),
        (
            _("Beside them"),
            "dusk",
            sum(kept.bytes for kept in beside),
            ngettext("{count} draft, setting or record", "{count} drafts, settings, records", entries).format(
                count=number(entries)
            ),
        ),
        (_("Search index"), "ink3", stored["search-index"].bytes, ""),
    ]
    if "vault" in stored:
        copies = stored["backups"].count
        rows.append((_("Vault file"), "accent", stored["vault"].bytes, _("all of the above, encrypted")))
        rows.append(
            (
                _("Backups"),
                "ok",
                stored["backups"].bytes,
                ngettext("{count} copy", "{count} copies", copies).format(count=copies),
            )
        )
    return rows
