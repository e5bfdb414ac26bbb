# SPDX-License-Identifier: GPL-3.0-or-later
"""How it is protected: one sentence, and the exact terms, as they were measured, one press below."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.services.privacy_reports import CheckReport, PrivacyReport
from desktop.ui.privacy.parts import Card, lines, pair, size_in_words
from desktop.ui.theme.controls import Button, label, row, rule
from desktop.ui.theme.theme import Theme


class ProtectedCard(Card):
    """Attributes:
    more_button: unfolds the exact terms.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "lock", _("How it is protected"))
        self._theme = theme
        self._unfolded = False
        self.more_button = Button(theme, "", "more")
        self._terms = QWidget()

    def show_report(self, found: PrivacyReport) -> None:
        """Show what was measured."""
        protection = found.protection
        good = all(check.ok is not False for check in protection.checks)
        self.clear()
        words = (
            _("Encrypted with a key that only you can open")
            if protection.encrypted
            else _("Not encrypted: nothing lies on a disk")
        )
        state = label(_("Checked now") if good else _("Look below"), "verified" if good else "problem")
        self.body.addLayout(pair(label(words, wrap=True), state))
        for way in protection.ways_in:
            parts = (way_in_words(way.type), way.derivation)
            self.body.addWidget(label(" · ".join(filter(None, parts)), "small", wrap=True))
        for check in protection.checks:
            if check.ok is False:
                self.body.addWidget(label(check.detail, "problem", wrap=True))
        self.body.addWidget(rule())
        for model in found.models:
            told = _("{name}, {size}, on this computer").format(
                name=model.name, size=size_in_words(model.bytes)
            )
            self.body.addWidget(
                label(_("The model runs in a process of its own, apart from the key"), wrap=True)
            )
            self.body.addWidget(label(told, "small", wrap=True))
        self._fill_terms(protection.checks)

    def _fill_terms(self, checks: list[CheckReport]) -> None:
        self.more_button = Button(self._theme, "", "more")
        self.more_button.clicked.connect(lambda: self._unfold(not self._unfolded))
        self._terms = QWidget()
        inside = QVBoxLayout(self._terms)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        for check in checks:
            if check.ok is not False:
                name = label(_names().get(check.name, check.name), "field", wrap=True)
                inside.addWidget(lines(name, label(check.detail, "small", wrap=True)))
        self.body.addWidget(self._terms)
        self.body.addLayout(row(self.more_button, None))
        self._unfold(self._unfolded)

    def _unfold(self, unfolded: bool) -> None:
        self._unfolded = unfolded
        self._terms.setVisible(unfolded)
        self.more_button.show_text(_("Fewer words") if unfolded else _("The exact terms"))


def way_in_words(kind: str) -> str:
    """What opens the vault."""
    words = {
        "passphrase": _("Your passphrase"),
        "keychain": _("The keychain of this system"),
        "recovery": _("Your recovery code"),
    }
    return words.get(kind, kind)


def _names() -> dict[str, str]:
    return {
        "cipher": _("Cipher"),
        "page-integrity": _("Changes are noticed"),
        "overwriting": _("Deleted is gone"),
        "encryption": _("Encryption library"),
        "app-sockets": _("The app and the network"),
        "core-dumps": _("Crashes"),
        "child-system-calls": _("The model and the system"),
        "child-files": _("The model and your files"),
        "child-memory": _("Memory of parsers"),
        "permissions": _("Other accounts"),
        "model-process": _("The model's process"),
    }
