# SPDX-License-Identifier: GPL-3.0-or-later
"""A layer as a card: read, written, kept, put back, undone, with what it takes of the model's window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.domain.spec import MAX_LAYER, estimated_tokens
from desktop.i18n import _, ngettext
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, IconLabel, label, restyle, row
from desktop.ui.theme.theme import Theme

_FEWEST, _MOST = 4, 12  # lines that are shown at once of what can be changed
_MOST_READ = 40  # and of what can only be read


class TextField(QPlainTextEdit):
    """A field as high as what is in it, within bounds; Tab goes on.

    Attributes:
        kept: Ctrl+Return or Ctrl+S was pressed.
    """

    kept = Signal()

    def __init__(self, theme: Theme, name: str, *, read_only: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setProperty("kind", "field")
        self.setTabChangesFocus(True)
        self.setReadOnly(read_only)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if read_only:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.fit())
        theme.changed.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text."""
        lines = round(self.document().documentLayout().documentSize().height())  # a plain text counts lines
        fewest, most = (1, _MOST_READ) if self.isReadOnly() else (_FEWEST, _MOST)
        shown = max(fewest, min(most, lines))
        margins = 2 * round(self.document().documentMargin()) + 2 * self._theme.px(6) + 2  # padding, border
        needed, off = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(needed if lines > most else off)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * shown + margins)

    def changeEvent(self, event: QEvent) -> None:
        """With another size of text it is as high as that needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks lines elsewhere."""
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep with the keyboard too."""
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.matches(QKeySequence.StandardKey.Save) or (
            is_return and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.kept.emit()
        else:
            super().keyPressEvent(event)


class LayerCard(QFrame):
    """Attributes:
    saved: with the text that is to be kept; "" takes the layer away.
    changed: there is something that is not kept, or no longer.
    """

    saved = Signal(str)
    changed = Signal()

    def __init__(self, theme: Theme, icon: str, title: str, line: str, field_name: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._kept = ""
        self._saving: str | None = None  # what is on its way into the vault
        self._before: str | None = None  # what the last keeping replaced
        self._window = 0
        self.state = label("", "caption")
        self.field = TextField(theme, field_name)
        self.count = label("", "caption", wrap=True)
        self.save_button = Button(theme, _("Keep"), "primary")
        self.save_button.setAccessibleName(_("Keep: {layer}").format(layer=title))
        self.put_back_button = Button(theme, _("Put back"), "link")
        self.put_back_button.setAccessibleName(_("Put back what was kept: {layer}").format(layer=title))
        self.clear_button = Button(theme, _("Take away"), "link")
        self.clear_button.setAccessibleName(_("Take away: {layer}").format(layer=title))
        self.undo_button = Button(theme, _("Undo"), "link")
        self.undo_button.setAccessibleName(_("Undo the last change: {layer}").format(layer=title))
        self.said = label("", "small", wrap=True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        self._title = label(title, "heading", wrap=True)
        head = row(IconLabel(theme, icon, "ink", 16), self._title, self.state, spacing=6)
        head.setStretch(1, 1)
        inside.addLayout(head)
        inside.addWidget(label(line, "secondary", wrap=True))
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addWidget(self.field)
        body.addWidget(self.count)
        body.addWidget(self.said)
        body.addLayout(row(self.clear_button, self.undo_button, None, self.put_back_button, self.save_button))
        inside.addWidget(self._body)
        self.said.hide()
        self.field.textChanged.connect(self._refresh)
        self.field.kept.connect(self.save)
        self.save_button.clicked.connect(self.save)
        self.put_back_button.clicked.connect(self.put_back)
        self.clear_button.clicked.connect(lambda: self._replace(""))
        self.undo_button.clicked.connect(self._undo)
        self._refresh()

    @property
    def is_changed(self) -> bool:
        """Whether there is something that is neither kept nor about to be."""
        kept = self._kept if self._saving is None else self._saving
        return self.field.toPlainText().strip() != kept

    @property
    def is_saving(self) -> bool:
        """Whether something is about to be kept."""
        return self._saving is not None

    def show_title(self, title: str) -> None:
        """Call it something else."""
        self._title.setText(title)

    def show_kept(self, text: str, window: int) -> None:
        """Show what is kept; what is being written, and is not, stays.

        Args:
            text: the layer.
            window: of the loaded model, in tokens; 0 if it is not known.
        """
        self._window = window
        if self.is_saving:  # what was read is older than that
            return
        was_changed = self.is_changed
        self._kept = text
        if not was_changed:
            self.field.setPlainText(text)
        self._refresh()

    def show_saved(self, text: str) -> None:
        """It is kept now; what was kept before can be had back."""
        was_changed = self.is_changed  # the person went on writing meanwhile
        self._kept, self._before, self._saving = text, self._kept, None
        if not was_changed:
            self.field.setPlainText(text)
        self._say(_("Kept. It holds from the next answer on.") if text else _("Taken away."))
        self._refresh()

    def show_failed(self, words: str) -> None:
        """It was not kept; what was written stays in the field."""
        self._saving = None
        self._refresh()
        self._say(words, failed=True)

    def begin(self) -> None:
        """Forget what came of earlier changes, and what was written and not kept."""
        self._before = self._saving = None
        self._say("")
        self.put_back()
        self._refresh()

    def save(self) -> None:
        """Keep what is written."""
        if self.is_changed and not self._is_too_long():
            self._send(self.field.toPlainText().strip())

    def put_back(self) -> None:
        """Show what is kept instead of what was written; Ctrl+Z brings that back."""
        cursor = self.field.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(self._kept)

    def _undo(self) -> None:
        if self._before is not None:
            self._replace(self._before)

    def _replace(self, text: str) -> None:
        """Keep this instead, whatever is in the field."""
        self.field.setPlainText(text)
        self._send(text)

    def _send(self, text: str) -> None:
        self._saving = text
        self._refresh()
        self.saved.emit(text)

    def _is_too_long(self) -> bool:
        return len(self.field.toPlainText().strip()) > MAX_LAYER

    def _refresh(self) -> None:
        text = self.field.toPlainText().strip()
        is_changed, too_long = self.is_changed, self._is_too_long()
        self.state.setText(
            _("Not kept yet") if is_changed else _("In use") if self._kept else _("Nothing here")
        )
        self.save_button.setEnabled(is_changed and not too_long and not self.is_saving)
        self.put_back_button.setVisible(is_changed)
        self.clear_button.setVisible(bool(self._kept) and not self.is_saving)
        self.undo_button.setVisible(self._before is not None and not is_changed and not self.is_saving)
        self.count.setText(cost_in_words(text, self._window))
        if too_long:
            words = ngettext(
                "Too long: {count} character is the most.",
                "Too long: {count} characters are the most.",
                MAX_LAYER,
            )
            self._say(words.format(count=QLocale().toString(MAX_LAYER)), failed=True)
        elif is_changed:
            self._say("")
        self.changed.emit()

    def _say(self, words: str, *, failed: bool = False) -> None:
        if words == self.said.text():
            return
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")
        self.said.setVisible(bool(words))
        announce(self, words)


def cost_in_words(text: str, window: int) -> str:
    """What a text takes: characters, about how many tokens, and which part of the window."""
    if not text:
        return _("Takes no room.")
    local = QLocale()
    tokens = max(1, estimated_tokens(text))
    parts = [
        ngettext("{count} character", "{count} characters", len(text)).format(
            count=local.toString(len(text))
        ),
        ngettext("about {count} token", "about {count} tokens", tokens).format(count=local.toString(tokens)),
    ]
    if window:
        share = local.toString(max(0.1, 100 * tokens / window), "f", 1)
        parts.append(
            _("{percent} % of the {window} the model can hold in mind").format(
                percent=share, window=local.toString(window)
            )
        )
    return ", ".join(parts)
