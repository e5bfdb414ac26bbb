# SPDX-License-Identifier: GPL-3.0-or-later
"""The app's own layer as a card: its words, its reasons, what was changed in it, and the way back."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from desktop.domain.spec import AppLayer
from desktop.i18n import _
from desktop.services.spec import Kind, Layers, Rule, Shipped
from desktop.ui.announce import announce
from desktop.ui.spec.layer_card import TextField, cost_in_words
from desktop.ui.theme.controls import Button, IconLabel, label, restyle, row, rule, scale_layouts
from desktop.ui.theme.theme import Theme


class AppCard(QFrame):
    """Attributes:
    saved: with the words that are to stand instead of the app's.
    off_requested: tell the model nothing of it.
    reset_requested: go back to the words it came with.
    changed: there is something that is not in use, or no longer.
    """

    saved = Signal(str)
    off_requested = Signal()
    reset_requested = Signal()
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._theme = theme
        self._layers: Layers | None = None
        self._shipped: Shipped | None = None
        self.state = label("", "verified")
        self.told = TextField(theme, _("What Inglenook tells the model"), read_only=True)
        self.editor = TextField(theme, _("Your words in place of Inglenook's"))
        self.count = label("", "caption", wrap=True)
        self.changes = TextField(theme, _("What you changed"), read_only=True)
        self._changes_title = label(_("What you changed"), "field")
        self.said = label("", "small", wrap=True)
        self.reasons_button = Button(theme, _("Read the reasons"))
        self.edit_button = Button(theme, _("Write your own…"), "link")
        self.off_button = Button(theme, _("Switch off"), "link")
        self.reset_button = Button(theme, _("Reset"), "link")
        self.reset_button.setAccessibleName(_("Reset to Inglenook's words"))
        self.save_button = Button(theme, _("Use these words"), "primary")
        self.cancel_button = Button(theme, _("Cancel"), "link")
        self._reading, self._editing, self._reasons = QWidget(), QWidget(), QWidget()
        self._lay_out()
        self._editing.hide()
        self._reasons.hide()
        self.said.hide()
        self.reasons_button.clicked.connect(self._toggle_reasons)
        self.edit_button.clicked.connect(self._edit)
        self.cancel_button.clicked.connect(self._end_edit)
        self.save_button.clicked.connect(self._save)
        self.editor.kept.connect(self._save)
        self.editor.textChanged.connect(self._refresh_editor)
        self.off_button.clicked.connect(self.off_requested)
        self.reset_button.clicked.connect(self.reset_requested)
        theme.changed.connect(self._fill_changes)

    @property
    def is_changed(self) -> bool:
        """Whether words were written that are not in use."""
        return not self._editing.isHidden() and self.editor.toPlainText().strip() != self._current()

    def show_layers(self, layers: Layers, shipped: Shipped, window: int) -> None:
        """Show which words hold."""
        if shipped is not self._shipped:
            self._shipped = shipped
            self._fill_reasons(shipped)
        self._layers = layers
        states = {
            AppLayer.SHIPPED: _("As it came, version {version}"),
            AppLayer.OWN: _("Your own words"),
            AppLayer.OFF: _("Switched off"),
        }
        restyle(self.state, "kind", "verified" if layers.state is AppLayer.SHIPPED else "caption")
        self.state.setText(states[layers.state].format(version=shipped.version))
        self.told.setPlainText(layers.app.told)
        self.told.setVisible(bool(layers.app.told))
        self.count.setText(
            cost_in_words(layers.app.told, window)
            if layers.app.told
            else _("The model is told nothing here, not even to keep private what is private.")
        )
        self.edit_button.show_text(_("Change…") if layers.state is AppLayer.OWN else _("Write your own…"))
        self.off_button.setVisible(layers.state is not AppLayer.OFF)
        self.reset_button.setVisible(layers.state is not AppLayer.SHIPPED)
        self._place_buttons()
        self._fill_changes()

    def show_saved(self, words: str) -> None:
        """It is so now."""
        self._say(words)
        self._end_edit()

    def show_failed(self, words: str) -> None:
        """It is as it was; what was written stays in the field."""
        self._say(words, failed=True)

    def begin(self) -> None:
        """Forget what came of earlier changes."""
        self._say("")
        self._end_edit()

    def save(self) -> None:
        """Use what is written, if anything is."""
        if self.is_changed:
            self._save()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the buttons have no room beside each other they stand one under the other."""
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        wanted = self.reasons_button.sizeHint().width() + self._links.sizeHint().width()
        fits = wanted + self._theme.px(60) <= self.width()
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._buttons.setDirection(beside if fits else down)

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        head = row(
            IconLabel(self._theme, "flame", "ink", 16),
            label(_("Inglenook's, for everyone"), "heading", wrap=True),
            self.state,
            spacing=6,
        )
        head.setStretch(1, 1)
        self._links = row(None, self.edit_button, self.off_button, self.reset_button)
        self._buttons = row(self.reasons_button)
        self._buttons.addLayout(self._links, 1)
        inside.addLayout(head)
        inside.addWidget(
            label(
                _("The words Inglenook came with. You may switch them off, or let yours stand instead."),
                "secondary",
                wrap=True,
            )
        )
        for part, items in (
            (
                self._reading,
                (
                    self.told,
                    self.count,
                    self._changes_title,
                    self.changes,
                    self._buttons,
                ),
            ),
            (self._editing, (self.editor, row(None, self.cancel_button, self.save_button))),
        ):
            layout = QVBoxLayout(part)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(8)
            for item in items:
                if isinstance(item, QWidget):
                    layout.addWidget(item)
                else:
                    layout.addLayout(item)
            inside.addWidget(part)
        inside.addWidget(self.said)
        inside.addWidget(self._reasons)

    def _current(self) -> str:
        return self._layers.app.told if self._layers is not None else ""

    def _edit(self) -> None:
        shipped = self._shipped.words.told if self._shipped is not None else ""
        self.editor.setPlainText(self._current() or shipped)
        self._reading.hide()
        self._editing.show()
        self._say("")
        self._refresh_editor()
        self.editor.setFocus()

    def _end_edit(self) -> None:
        if not self._editing.isHidden():
            self._editing.hide()
            self._reading.show()
            self.edit_button.setFocus()
            self.changed.emit()

    def _save(self) -> None:
        if self.save_button.isEnabled():
            self.saved.emit(self.editor.toPlainText())

    def _refresh_editor(self) -> None:
        text = self.editor.toPlainText().strip()
        self.save_button.setEnabled(bool(text) and text != self._current())
        self.changed.emit()

    def _fill_changes(self) -> None:
        layers, shipped = self._layers, self._shipped
        if layers is None or shipped is None:
            return
        is_own = layers.state is AppLayer.OWN
        self._changes_title.setVisible(is_own)
        self.changes.setVisible(is_own)
        self.changes.clear()
        if is_own:
            self._mark(shipped.words.told, layers.app.told)

    def _mark(self, before: str, after: str) -> None:
        tokens = self._theme.tokens
        looks = {" ": tokens.ink2, "-": tokens.danger, "+": tokens.ok}
        cursor = self.changes.textCursor()
        for at, (sign, line) in enumerate(changed_lines(before, after)):
            look = QTextCharFormat()
            look.setForeground(QColor(looks[sign]))
            look.setFontStrikeOut(sign == "-")
            shown = {"-": "−", "+": "+", " ": "\u2007"}[sign]  # the figure space is as wide as the signs
            cursor.insertText(("\n" if at else "") + f"{shown} {line}", look)

    def _fill_reasons(self, shipped: Shipped) -> None:
        layout = self._reasons.layout() or QVBoxLayout(self._reasons)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(rule())
        for paragraph in shipped.intro.split("\n\n"):
            layout.addWidget(label(paragraph, "small", wrap=True))
        for one in shipped.rules:
            layout.addWidget(rule())
            for widget in _rule_widgets(one):
                layout.addWidget(widget)
        scale_layouts(self._reasons, self._theme.scale)

    def _toggle_reasons(self) -> None:
        shown = self._reasons.isHidden()
        self._reasons.setVisible(shown)
        self.reasons_button.show_text(_("Hide the reasons") if shown else _("Read the reasons"))

    def _say(self, words: str, *, failed: bool = False) -> None:
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")
        self.said.setVisible(bool(words))
        announce(self, words)


def changed_lines(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Each line with its sign: "-" went, "+" came, " " stayed."""
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[0] in "-+ ":
            yield line[0], line[2:]


def _rule_widgets(one: Rule) -> Iterator[QWidget]:
    kinds = {
        Kind.TOLD: _("Told to the model"),
        Kind.FIXED: _("Told to the model, fixed"),
        Kind.PRECEDENCE: _("Told to the model where there are other layers"),
        Kind.KEPT: _("Kept by Inglenook itself"),
    }
    yield label(one.title, "field", wrap=True)
    yield label(kinds[one.kind], "caption", wrap=True)
    if one.told:
        yield label(f"“{one.told}”", "secondary", wrap=True)
    for paragraph in one.reason.split("\n\n"):
        yield label(paragraph, "small", wrap=True)
