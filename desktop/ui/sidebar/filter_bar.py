# SPDX-License-Identifier: GPL-3.0-or-later
"""The chips under the search field. Each writes plain words into the field, which can as well be typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget

from desktop.domain import question
from desktop.i18n import _
from desktop.ui.theme.controls import Button, label, restyle, row
from desktop.ui.theme.theme import Theme

_MOST_MODELS = 12


def hint() -> str:
    """The plain words, to be read beside the field."""
    return _(
        "Words narrow it down, too: from:me, from:model, model:NAME, after:2026-01-31, before:2026-02-28, "
        "is:pinned, is:archived. A phrase stands in double quotes."
    )


class FilterBar(QWidget):
    """When, who and which chats.

    Args:
        theme: the look.
        field: where the words stand; the one truth about what is chosen.
        models: the names of the models that answered.
    """

    def __init__(self, theme: Theme, field: QLineEdit, models: Callable[[], list[str]]) -> None:
        super().__init__()
        self._field = field
        self._models = models
        self.setAccessibleName(_("Narrow the search down"))
        self.when = self._chip(theme, self._fill_when)
        self.who = self._chip(theme, self._fill_who)
        self.which = self._chip(theme, self._fill_which)
        self.hint = label(hint(), "caption", wrap=True)
        self.hint.setContentsMargins(8, 0, 8, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 2)
        layout.setSpacing(6)
        layout.addLayout(row(self.when, self.who, self.which, None, spacing=6))
        layout.addWidget(self.hint)
        field.setToolTip(hint())
        field.setAccessibleDescription(hint())
        field.textChanged.connect(self._show)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)
        self._show()
        self.hide()

    def _chip(self, theme: Theme, fill: Callable[[QMenu], None]) -> Button:
        made = Button(theme, "", "chip", icon="chevron-down", icon_size=12)
        made.setLayoutDirection(
            Qt.LayoutDirection.LeftToRight
            if QApplication.isRightToLeft()
            else Qt.LayoutDirection.RightToLeft  # the arrow stands after the words
        )
        made.setProperty("ringRadius", 13)
        menu = QMenu(made)
        menu.aboutToShow.connect(menu.clear)
        menu.aboutToShow.connect(lambda: fill(menu))
        made.setMenu(menu)
        return made

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """It is there while one searches, or is about to; a menu or another window changes nothing."""
        if new is None or isinstance(new, QMenu):
            return
        here = new is self._field or self.isAncestorOf(new)
        self.setVisible(here or bool(self._field.text().strip()))
        self.hint.setVisible(here and not self._field.text())

    def _show(self) -> None:
        """Say on each chip what holds."""
        text = self._field.text()
        after, before = question.value_of(text, "after"), question.value_of(text, "before")
        self._say(self.when, _("When"), _spans().get(after, "") if not before else "", bool(after or before))
        writer, model = question.value_of(text, "from"), question.value_of(text, "model")
        self._say(self.who, _("Who"), _writers().get(writer, model), bool(writer or model))
        states = [words for value, words in _states().items() if question.has_word(text, "is", value)]
        self._say(self.which, _("Chats"), ", ".join(states), bool(states))
        self.hint.setVisible(not text)
        if text:
            self.show()

    def _say(self, chip: Button, name: str, chosen: str, on: bool) -> None:
        shown = chosen or name
        shown = shown if len(shown) <= 14 else shown[:13] + "…"
        chip.show_text(
            shown, _("{name}: {chosen}").format(name=name, chosen=chosen or _("chosen")) if on else name
        )
        chip.show_icon("chevron-down", "on_accent" if on else "ink2")
        restyle(chip, "on", on)

    def _fill_when(self, menu: QMenu) -> None:
        text = self._field.text()
        after, before = question.value_of(text, "after"), question.value_of(text, "before")
        plain = question.without_word(question.without_word(text, "after"), "before")
        self._add(menu, _("Any time"), plain, not (after or before))
        for value, words in _spans().items():
            self._add(menu, words, question.with_word(plain, "after", value), after == value and not before)
        menu.addSeparator()
        today = datetime.now().astimezone().date()
        first = today - timedelta(days=30)
        between = question.with_word(plain, "after", after if question.day(after) else first.isoformat())
        last = before if question.day(before) else (today + timedelta(days=1)).isoformat()
        action = menu.addAction(_("Between two days…"))
        action.setCheckable(True)
        action.setChecked(bool(before) or question.day(after) is not None)
        action.triggered.connect(lambda: self._edit_days(question.with_word(between, "before", last)))

    def _fill_who(self, menu: QMenu) -> None:
        text = self._field.text()
        writer, model = question.value_of(text, "from"), question.value_of(text, "model")
        plain = question.without_word(question.without_word(text, "from"), "model")
        self._add(menu, _("Anyone"), plain, not (writer or model))
        for value, words in _writers().items():
            self._add(menu, words, question.with_word(plain, "from", value), writer == value and not model)
        models = self._models()[:_MOST_MODELS]
        if models:
            menu.addSeparator()
        for name in models:
            self._add(menu, name.replace("&", "&&"), question.with_word(plain, "model", name), model == name)

    def _fill_which(self, menu: QMenu) -> None:
        text = self._field.text()
        for value, words in _states().items():
            on = question.has_word(text, "is", value)
            put = question.without_word(text, "is", value)
            self._add(menu, words, put if on else question.with_word(text, "is", value, only=False), on)

    def _add(self, menu: QMenu, words: str, text: str, on: bool) -> None:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda: self._put(text))

    def _put(self, text: str) -> None:
        self._field.setText(text)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit_days(self, text: str) -> None:
        """Two days stand in the field; the first is chosen, to be typed over."""
        self._put(text)
        at = text.find("after:") + len("after:")
        self._field.setSelection(at, len("2026-01-31"))


def _spans() -> dict[str, str]:
    number = QLocale().toString
    return {
        "today": _("Today"),
        "week": _("Last {days} days").format(days=number(7)),
        "month": _("Last {days} days").format(days=number(30)),
        "year": _("Last year"),
    }


def _writers() -> dict[str, str]:
    return {question.ME: _("Me"), question.MODEL: _("The model")}


def _states() -> dict[str, str]:
    return {"pinned": _("Pinned"), "archived": _("Archived")}
