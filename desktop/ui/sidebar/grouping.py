# SPDX-License-Identifier: GPL-3.0-or-later
"""Which heading a chat stands under: Today, Yesterday, Earlier in November, October, 2025. Qt-free."""

from __future__ import annotations

from datetime import date, timedelta

from desktop.i18n import _


def heading_for(day: date, today: date) -> str:
    """The heading for something last changed on ``day``; days in the future count as today.

    Args:
        day: in the person's own time zone.
        today: likewise.
    """
    if day >= today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if (day.year, day.month) == (today.year, today.month):
        return _("Earlier in {month}").format(month=month_name(day.month))
    if day.year == today.year or today - day < timedelta(days=180):
        return month_name(day.month)
    return str(day.year)


def month_name(month: int) -> str:
    """The month's name in the language in use (1 is January)."""
    return (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )[month - 1]
