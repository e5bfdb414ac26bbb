# SPDX-License-Identifier: GPL-3.0-or-later
"""Translation for every layer: Qt-free gettext, so that window, command line and errors share it.

Translate templates, never finished text: ``_("Deleted {count} chats").format(count=n)``.
"""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "inglenook"


class _Catalogue:
    """Holds the language in use; the one process-wide choice, made once at start."""

    def __init__(self) -> None:
        self.active: gettext.NullTranslations = gettext.NullTranslations()


_catalogue = _Catalogue()


def install(folder: Path, language: str | None = None) -> None:
    """Use ``language`` (such as "de") from ``folder``/<language>/LC_MESSAGES; English where it is missing.

    None takes the system's language (LANGUAGE, LC_ALL, LC_MESSAGES, LANG, in gettext's order).
    """
    languages = [language] if language else None
    _catalogue.active = gettext.translation(DOMAIN, str(folder), languages=languages, fallback=True)


def _(text: str) -> str:
    """Return ``text`` in the language in use."""
    return _catalogue.active.gettext(text)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form for ``count``; fill ``{count}`` in afterwards."""
    return _catalogue.active.ngettext(singular, plural, count)
