# SPDX-License-Identifier: GPL-3.0-or-later
"""The page a recovery code is printed from. It is made here, and printed by whatever the person prints with.

Printing from here would have Qt look for printers over the network, which nothing of ours may do.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QDate, QIODevice, QLocale, QMarginsF, QRect, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

from desktop.i18n import _
from desktop.ui.theme import fonts

_DPI = 144
_MARGIN_MM = 25


def recovery_page(code: str) -> bytes:
    """A PDF of one page with the code in large signs, and what it is for."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    writer.setResolution(_DPI)
    writer.setTitle(_("Recovery code"))
    made = QLocale().toString(QDate.currentDate(), QLocale.FormatType.LongFormat)
    groups = code.split("-")
    parts = (
        (_("Inglenook: recovery code"), fonts.sans(36, QFont.Weight.Bold), 30),
        (_("Made on {day}.").format(day=made), fonts.sans(22), 60),
        (" ".join(groups[:4]) + "\n" + " ".join(groups[4:]), fonts.mono(44), 60),
        (
            _(
                "Type this in place of the passphrase if you have forgotten it, then choose a new one. "
                "Capital or small letters, spaces and hyphens make no difference."
            ),
            fonts.sans(22),
            24,
        ),
        (
            _("Whoever has this code and your computer can read everything. Keep it where you keep a will."),
            fonts.sans(22),
            0,
        ),
    )
    painter = QPainter(writer)
    try:
        top, wide = 0, writer.width()
        for words, font, below in parts:
            painter.setFont(font)
            flags = int(Qt.TextFlag.TextWordWrap)
            area = painter.boundingRect(QRect(0, top, wide, writer.height()), flags, words)
            painter.drawText(area, flags, words)
            top = area.bottom() + below
    finally:
        painter.end()
    return bytes(buffer.data().data())
