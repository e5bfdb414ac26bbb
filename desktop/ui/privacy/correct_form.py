# SPDX-License-Identifier: GPL-3.0-or-later
"""Correcting what is kept: the wrong words, where they stand, and which of those places are put right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.domain.correction import CorrectionReceipt, FoundPlaces, Occurrence, Place, Wish
from desktop.i18n import _, ngettext
from desktop.services.corrections import MAX_WORDS, kind_in_words, receipt_in_words
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, NamedLabel, Tick, label, restyle, row
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.ticked_items import TickedItems

_LINES = 7  # places seen at once
_PLACE = Qt.ItemDataRole.UserRole


class CorrectForm(QWidget):
    """Attributes:
    looked_for: with what is wished; find where it stands.
    confirmed: with what is wished and the chosen places, None for all.
    open_button: asks for the form; it stands elsewhere.
    """

    looked_for = Signal(object)
    confirmed = Signal(object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._found = FoundPlaces((), 0)
        self._wish = Wish("", "")
        self.open_button = Button(theme, _("Correct…"))
        self.old, self.new = QLineEdit(), QLineEdit()
        for edit, name in ((self.old, _("What is wrong")), (self.new, _("How it should be"))):
            edit.setAccessibleName(name)
            edit.setPlaceholderText(name)
            edit.setMaxLength(MAX_WORDS)
        self.any_case = Tick(theme, _("In capitals and small letters, too"))
        self.find_button = Button(theme, _("Find it"))
        self.cancel_button = Button(theme, _("Cancel"), "link")
        self.places = QListWidget()
        self.places.setAccessibleName(_("Where it stands; those with a tick are corrected"))
        self.places.setProperty("kind", "field")
        self.places.setWordWrap(True)
        self.places.setItemDelegate(TickedItems(theme, self.places))
        self.places.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.places.setFixedHeight(self.places.fontMetrics().lineSpacing() * _LINES * 2)
        self.warning = label("", "small", wrap=True)
        self.confirm_button = Button(theme, "", "danger")
        self.said = NamedLabel(_("What came of it"), kind="small")
        self._asking, self._choosing = QWidget(), QWidget()
        asking, choosing = QVBoxLayout(self._asking), QVBoxLayout(self._choosing)
        for layout in (asking, choosing):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(8)
        asking.addWidget(self.old)
        asking.addWidget(self.new)
        asking.addWidget(self.any_case)
        asking.addLayout(row(None, self.cancel_button, self.find_button))
        choosing.addWidget(self.places)
        choosing.addWidget(self.warning)
        choosing.addLayout(row(None, self.confirm_button))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        for widget in (self._asking, self.said, self._choosing):
            whole.addWidget(widget)
            widget.hide()
        self.open_button.clicked.connect(self._open)
        self.cancel_button.clicked.connect(self.close_form)
        self.find_button.clicked.connect(self._find)
        self.old.returnPressed.connect(self.new.setFocus)
        self.new.returnPressed.connect(self._find)
        for edit in (self.old, self.new):
            edit.textEdited.connect(lambda _text: self._choosing.hide())
        self.any_case.toggled.connect(lambda _on: self._choosing.hide())
        self.places.itemChanged.connect(lambda _item: self._count())
        self.confirm_button.clicked.connect(self._confirm)

    @property
    def is_open(self) -> bool:
        """Whether it is being asked about."""
        return self._asking.isVisible()

    def show_found(self, found: FoundPlaces) -> None:
        """List the places, all of them chosen."""
        self._found = found
        self.find_button.setEnabled(True)
        self.places.blockSignals(True)
        self.places.clear()
        for one in found.shown:
            item = QListWidgetItem(_in_words(one, self._wish.new))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            item.setData(_PLACE, one.place)
            self.places.addItem(item)
        self.places.blockSignals(False)
        words = _("It stands nowhere.")
        if found.total:
            words = ngettext("It stands in {count} place.", "It stands in {count} places.", found.total)
        self._say(words.format(count=found.total))
        self._choosing.setVisible(bool(found.total))
        if found.total:
            self._count()
            self.places.setCurrentRow(0)
            self.places.setFocus()

    def show_receipt(self, receipt: CorrectionReceipt) -> None:
        """Say what was corrected and looked at."""
        self.open_button.setEnabled(True)
        self._say("\n".join((receipt_in_words(receipt), *receipt.checked)))

    def show_problem(self, words: str) -> None:
        """Nothing was found or changed."""
        self.open_button.setEnabled(True)
        self.find_button.setEnabled(True)
        self._say(words, failed=True)

    def close_form(self) -> None:
        """Ask no more; what was typed goes."""
        self._fold()
        self.said.hide()
        self.open_button.setFocus()

    def _open(self) -> None:
        self.said.hide()
        self._asking.show()
        self.old.setFocus()

    def _fold(self) -> None:
        self.old.clear()
        self.new.clear()
        self.places.clear()
        self._asking.hide()
        self._choosing.hide()

    def _find(self) -> None:
        if not self.old.text().strip():
            self.old.setFocus()
            return
        self._wish = Wish(self.old.text(), self.new.text(), self.any_case.isChecked())
        self.find_button.setEnabled(False)
        self._say(_("Looking…"))
        self.looked_for.emit(self._wish)

    def _chosen(self) -> list[Place] | None:
        """None where all are, those that are not listed included."""
        items = [self.places.item(place) for place in range(self.places.count())]
        ticked = [item for item in items if item.checkState() is Qt.CheckState.Checked]
        return None if len(ticked) == len(items) else [item.data(_PLACE) for item in ticked]

    def _count(self) -> None:
        chosen = self._chosen()
        count = self._found.total if chosen is None else len(chosen)
        self.confirm_button.setEnabled(bool(count))
        words = ngettext("Correct {count} place", "Correct {count} places", count)
        self.confirm_button.show_text(words.format(count=count))
        warning = _("Backups hold the old words, so they are removed. This cannot be undone.")
        more = self._found.total - len(self._found.shown)
        if more > 0:
            unlisted = ngettext(
                "{count} more place is not listed; it is corrected only together with all.",
                "{count} more places are not listed; they are corrected only together with all.",
                more,
            )
            warning = f"{unlisted.format(count=more)} {warning}"
        self.warning.setText(warning)

    def _confirm(self) -> None:
        chosen = self._chosen()
        wish = self._wish
        self._fold()
        self.open_button.setEnabled(False)
        self._say(_("Correcting, and looking for what is left of the old words …"))
        self.open_button.setFocus()
        self.confirmed.emit(wish, chosen)

    def _say(self, words: str, *, failed: bool = False) -> None:
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")
        self.said.show()
        announce(self, words)


def _in_words(one: Occurrence, new: str) -> str:
    about = " · ".join(filter(None, (kind_in_words(one.place.kind), one.chat_title)))
    place = " ".join(f"…{one.before}“{one.found}” → “{new}”{one.after}…".split())
    return f"{about}\n{place}"
