# SPDX-License-Identifier: GPL-3.0-or-later
"""The drawer beside a chat: how it is answered, each thing in plain words with the way back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.chat_settings import MAX_PRESET_NAME, ChatSettings, Preset, said
from desktop.i18n import _
from desktop.services.parameters import parameters
from desktop.ui.announce import announce
from desktop.ui.answering.number_row import NumberRow
from desktop.ui.answering.text_rows import TextRow
from desktop.ui.theme.controls import (
    Button,
    IconButton,
    Select,
    label,
    row,
    rule,
    scale_layouts,
    scrolling,
)
from desktop.ui.theme.theme import Theme

WIDTH = 340  # px
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own name and number for no limit
_FIRST = 4  # numbers that are shown at once; the others are for those who look for them


class SettingsDrawer(QFrame):
    """Attributes:
    changed: with the settings, when one of them was.
    preset_chosen: with the set whose instructions and settings this chat takes.
    preset_saved: with a name for what is shown.
    preset_removed: with the name of one of the person's own.
    default_requested: begin new chats like this.
    instructions_requested: read and change what the model is told in this chat.
    undo_requested: take the last whole change back.
    closed: the drawer is to go.
    """

    changed = Signal(object)
    preset_chosen = Signal(object)
    preset_saved = Signal(str)
    preset_removed = Signal(str)
    default_requested = Signal()
    instructions_requested = Signal()
    undo_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("drawer")
        self.setAccessibleName(_("How this chat is answered"))
        self._theme = theme
        self._settings = ChatSettings()
        self._presets: Sequence[Preset] = ()
        self.close_button = IconButton(theme, "x", _("Close"), size=16)
        self.presets = Select(theme, _("A set of instructions and settings"))
        self.told = label("", "small", wrap=True)
        self.instructions_button = Button(theme, _("This chat's instructions…"), "more")
        self.numbers = [NumberRow(theme, one) for one in parameters()]
        self.more_button = Button(theme, "", "more")
        self.stop = TextRow(
            theme,
            _("Stop at these words"),
            _("Where one of them comes, the answer ends before it. One a line."),
            _("stop sequences"),
            _("For example: THE END"),
        )
        self.schema = TextRow(
            theme,
            _("Answer as JSON"),
            _("The answer is held to this shape while it is written. Say in your message what to put in it."),
            _("JSON schema"),
            '{"type": "object", "properties": {"town": {"type": "string", "maxLength": 40}}}',
        )
        self.default_button = Button(theme, _("Begin new chats like this"))
        self.reset_button = Button(theme, _("Reset everything"), "link")
        self.name = QLineEdit()
        self.name.setAccessibleName(_("Name of your set"))
        self.name.setPlaceholderText(_("A name"))
        self.name.setMaxLength(MAX_PRESET_NAME)
        self.save_button = Button(theme, _("Save"))
        self.save_button.setAccessibleName(_("Save this chat's instructions and settings under the name"))
        self.remove_button = Button(theme, _("Remove this set"), "link")
        self.said = label("", "small", wrap=True)
        self.undo_button = Button(theme, _("Undo"), "link")
        self._rest = QWidget()
        self._lay_out()
        self._show_more(False)
        self.say("")
        self.remove_button.hide()
        self.told.hide()
        self._wire()
        theme.changed.connect(self._resize)
        self._resize()

    def show_settings(self, settings: ChatSettings) -> None:
        """Show what holds."""
        self._settings = settings
        for one in self.numbers:
            one.show_value(getattr(settings, one.parameter.name))
        self.stop.show_text("\n".join(word.replace("\n", "\\n") for word in settings.stop))
        self.schema.show_text(settings.json_schema or "")
        if any(one.parameter.name in said(settings) for one in self.numbers[_FIRST:]):
            self._show_more(True)
        self.reset_button.setVisible(settings != ChatSettings())
        scale_layouts(self, self._theme.scale)

    def show_refused(self, kept: ChatSettings, wanted: ChatSettings, words: str) -> None:
        """Say why something was not kept, where it was written; there it stays to be put right."""
        self._settings = kept
        if wanted.json_schema != kept.json_schema:
            self.schema.show_problem(words)
        elif wanted.stop != kept.stop:
            self.stop.show_problem(words)
        else:
            self.show_settings(kept)
            self.say(words)

    def set_wide(self, wide: bool) -> None:
        """Take all the room there is, or as much as it needs."""
        if wide:
            self.setMinimumWidth(0)
            self.setMaximumWidth(QWIDGETSIZE_MAX)
        else:
            self._resize()

    def show_presets(self, presets: Sequence[Preset], chosen: str = "") -> None:
        """Offer these sets, ``chosen`` as the one the chat follows."""
        self._presets = presets
        self.presets.blockSignals(True)
        self.presets.clear()
        self.presets.addItem(_("Choose a set…"))
        for one in presets:
            self.presets.addItem(one.name)
        place = next((at for at, one in enumerate(presets, 1) if one.name == chosen), 0)
        self.presets.setCurrentIndex(place)
        self.presets.blockSignals(False)
        self._show_told(presets[place - 1] if place else None)

    def show_memory(self, words: str) -> None:
        """What another window of the model costs here."""
        row_of = next(one for one in self.numbers if one.parameter.name == "context_size")
        row_of.say("\n".join(filter(None, (row_of.parameter.term, words))))

    def show_for(self, *, has_instructions_page: bool) -> None:
        """Whether the chat's instructions have a page to be changed on."""
        self.instructions_button.setVisible(has_instructions_page)

    def say(self, words: str, *, undo: bool = False) -> None:
        """What came of something, and whether it can be taken back."""
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.undo_button.setVisible(undo)
        if words:
            announce(self, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _wire(self) -> None:
        self.close_button.clicked.connect(self.closed)
        self.instructions_button.clicked.connect(self.instructions_requested)
        self.default_button.clicked.connect(self.default_requested)
        self.undo_button.clicked.connect(self.undo_requested)
        self.more_button.clicked.connect(lambda: self._show_more(self._rest.isHidden()))
        self.presets.activated.connect(self._choose)
        self.save_button.clicked.connect(self._save)
        self.name.returnPressed.connect(self._save)
        self.remove_button.clicked.connect(lambda: self.preset_removed.emit(self.presets.currentText()))
        self.reset_button.clicked.connect(lambda: self._change_to(ChatSettings()))
        self.stop.changed.connect(self._change_stop)
        self.schema.changed.connect(lambda text: self._change(json_schema=text.strip() or None))
        for one in self.numbers:
            one.changed.connect(lambda value, name=one.parameter.name: self._change(**{name: value}))

    def _change(self, **values: object) -> None:
        self._change_to(msgspec.structs.replace(self._settings, **values))

    def _change_to(self, settings: ChatSettings) -> None:
        self._settings = settings  # another change may come before this one is kept
        self.changed.emit(settings)

    def _change_stop(self, text: str) -> None:
        words = (line.replace("\\n", "\n") for line in text.split("\n"))
        self._change(stop=tuple(word for word in words if word))

    def _choose(self, place: int) -> None:
        if place:
            preset = self._presets[place - 1]
            self._show_told(preset)
            self.preset_chosen.emit(preset)

    def _save(self) -> None:
        name = self.name.text().strip()
        if name:
            self.preset_saved.emit(name)

    def _show_told(self, preset: Preset | None) -> None:
        told = preset.instructions if preset is not None else ""
        self.told.setText(_("Tells the model: {words}").format(words=told) if told else "")
        self.told.setVisible(bool(told))
        self.remove_button.setVisible(preset is not None and not preset.shipped)
        if preset is not None and not preset.shipped:
            self.name.setText(preset.name)

    def _show_more(self, shown: bool) -> None:
        self._rest.setVisible(shown)
        self.more_button.show_text(_("Fewer settings") if shown else _("All settings"))

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(18, 4, 18, 20)
        column.setSpacing(16)
        column.addWidget(
            label(
                _("For every answer in this chat, from the next one on. Empty: as the model's default."),
                "small",
                wrap=True,
            )
        )
        parts: tuple[QWidget, ...] = (self.presets, self.told, self.instructions_button, rule())
        for part in parts:
            column.addWidget(part)
        for number in self.numbers[:_FIRST]:
            column.addWidget(number)
        rest = QVBoxLayout(self._rest)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.setSpacing(16)
        for more in (*self.numbers[_FIRST:], self.stop, self.schema):
            rest.addWidget(more)
        below = (self.more_button, self._rest, rule(), label(_("Keep it for other chats"), "field"))
        for part in below:
            column.addWidget(part)
        name = row(self.name, self.save_button)
        name.setStretch(0, 1)
        column.addLayout(name)
        column.addWidget(self.default_button)
        column.addLayout(row(self.remove_button, self.reset_button, None))
        column.addLayout(row(self.said, self.undo_button, None))
        column.addStretch(1)
        head = row(label(_("How this chat is answered"), "heading"), None, self.close_button)
        head.setContentsMargins(18, 9, 10, 9)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(head)
        page.addWidget(scrolling(inside), 1)

    def _resize(self) -> None:
        self.setFixedWidth(self._theme.px(WIDTH))
