# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery code: shown once, typed back before it is kept, replaced, removed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.i18n import _
from desktop.services.ways_in import WaysInState, is_same_code
from desktop.ui import clipboard
from desktop.ui.theme.controls import Button, NamedLabel, label, restyle, row
from desktop.ui.theme.theme import Theme
from desktop.ui.ways_in.card import WayCard, day

_FIRST_LINE = 4  # groups; the other three go on a second line, which fits at every size of text


class RecoveryCard(WayCard):
    """Attributes:
    wanted: a new code is to be made and shown.
    page_wanted: with the code, to be written to a file that is printed.
    typed_back: the code, which may be kept now.
    removal_confirmed: let no code open the vault.
    """

    wanted = Signal()
    page_wanted = Signal(str)
    typed_back = Signal(str)
    removal_confirmed = Signal()

    def __init__(self, theme: Theme) -> None:
        self.make_button = Button(theme, _("Make one…"))
        self.make_button.setAccessibleName(_("Make a recovery code"))
        self.remove_button = Button(theme, _("Remove…"))
        self.remove_button.setAccessibleName(_("Remove the recovery code"))
        super().__init__(
            _("Recovery code"),
            _("Opens your chats if you forget the passphrase. Keep it on paper, away from this computer."),
            self.remove_button,
            self.make_button,
        )
        self._exists = False
        self._code = ""
        self.code = NamedLabel(_("Your recovery code"), kind="secret")
        self.code.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.code.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that a screen reader comes to it
        self.print_button = Button(theme, _("Save to print…"), icon="download")
        self.print_button.setAccessibleName(_("Save a page to print"))
        self.copy_button = Button(theme, _("Copy"), icon="copy")
        self.copy_button.setAccessibleName(_("Copy the recovery code"))
        self.told = label("", "small", wrap=True)
        self.told.hide()
        self.field = QLineEdit()
        self.field.setProperty("kind", "passphrase")
        self.field.setAccessibleName(_("Type the code to keep it"))
        self.field.setMaxLength(80)
        self.field.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.note = label("", "problem", wrap=True)
        self.note.hide()
        self.keep_button = Button(theme, _("Keep this code"), "primary")
        self.cancel_button = Button(theme, _("Cancel"))
        aids = QWidget()
        aids.setLayout(row(None, self.copy_button, self.print_button, None))
        self._replaces = label(_("From then on the code you have now opens nothing."), "small", wrap=True)
        self._making = self.add_form(
            label(
                _("Write it down or print it now: it is shown only this once. Whoever finds it can use it."),
                "small",
                wrap=True,
            ),
            self.code,
            aids,
            self.told,
            label(_("Type it here to show that you have it"), "field"),
            self.field,
            self.note,
            self._replaces,
            buttons=(self.cancel_button, self.keep_button),
        )
        self.keep_code_button = Button(theme, _("Cancel"))
        self.confirm_button = Button(theme, _("Remove it"), "danger")
        self._removing = self.add_form(
            label(
                _("The code on paper opens nothing then. If the passphrase is forgotten, nobody can help."),
                "small",
                wrap=True,
            ),
            buttons=(self.keep_code_button, self.confirm_button),
        )
        self.make_button.clicked.connect(self.wanted)
        self.remove_button.clicked.connect(
            lambda: self.open_form(self._removing, self.keep_code_button, by=self.remove_button)
        )
        self.copy_button.clicked.connect(self._copy)
        self.print_button.clicked.connect(lambda: self.page_wanted.emit(self._code))
        self.field.returnPressed.connect(self._compare)
        self.field.textChanged.connect(lambda: self._complain(""))
        self.keep_button.clicked.connect(self._compare)
        self.confirm_button.clicked.connect(self.removal_confirmed)
        for button in (self.cancel_button, self.keep_code_button):
            button.clicked.connect(self.close_form)
        self.show_buttons()

    def show_state(self, state: WaysInState) -> None:
        """Tell whether there is one, and since when."""
        self._exists = state.recovery_code
        self.make_button.show_text(
            _("Replace…") if self._exists else _("Make one…"),
            _("Replace the recovery code") if self._exists else _("Make a recovery code"),
        )
        if self.has_form:
            return
        self.show_buttons()
        if not self._exists:
            self.say(_("There is none."))
        elif since := day(state.recovery_code_since):
            self.say(_("There is one, made on {day}.").format(day=since))
        else:
            self.say(_("There is one."))

    def show_code(self, code: str) -> None:
        """Show a new code, this once."""
        self._code = code
        groups = code.split("-")
        self.code.setText(" ".join(groups[:_FIRST_LINE]) + "\n" + " ".join(groups[_FIRST_LINE:]))
        self._replaces.setVisible(self._exists)
        self.open_form(self._making, self.field, by=self.make_button)

    def show_saved(self, place: str) -> None:
        """The page was written."""
        self.told.setText(_("Written to {place}. Delete the file once it is printed.").format(place=place))
        self.told.show()

    def forget(self) -> None:
        """Take the code off the screen."""
        self._code = ""
        self.code.clear()
        self.field.clear()
        self.told.hide()
        self._complain("")

    def show_buttons(self) -> None:
        """Removing is for what is there."""
        self.make_button.show()
        self.remove_button.setVisible(self._exists)

    def _copy(self) -> None:
        clipboard.copy(self._code)
        self.told.setText(
            _("Copied. Locking empties the clipboard, and clipboard histories are asked to leave it out.")
        )
        self.told.show()

    def _compare(self) -> None:
        if is_same_code(self._code, self.field.text()):
            self.typed_back.emit(self._code)
        else:
            self._complain(_("That is not the code above. Compare it sign by sign."))
            self.field.selectAll()
            self.field.setFocus()

    def _complain(self, words: str) -> None:
        restyle(self.field, "kind", "wrong" if words else "passphrase")
        self.field.setAccessibleDescription(words)
        self.note.setText(words)
        self.note.setVisible(bool(words))
