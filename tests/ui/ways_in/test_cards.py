# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery code, keychain, new key and the key itself, asked for as a person does."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import StorageFullError
from desktop.paths import Profile
from desktop.services.session import Session
from desktop.services.ways_in import WaysIn
from desktop.storage.keyslots import KeySlots
from desktop.ui.ways_in.group import WaysInGroup
from desktop.ui.ways_in.paper import recovery_page
from desktop.ui.ways_in.presenter import WaysInPresenter
from tests.conftest import PASSPHRASE
from tests.memory_keychain import MemoryKeychain


def words(card: QWidget) -> str:
    return " ".join(one.text() for one in card.findChildren(QLabel) if one.isVisible())


# -- recovery code


def make_code(group: WaysInGroup) -> str:
    group.recovery.make_button.click()
    code = " ".join(group.recovery.code.text().split())
    assert len(code.replace(" ", "")) == 28
    return code


def test_a_code_opens_the_vault_once_it_was_typed_back(
    qtbot: QtBot, group: WaysInGroup, profile: Profile, session: Session
) -> None:
    card = group.recovery
    assert "none" in words(card)
    assert not card.remove_button.isVisible()
    code = make_code(group)
    assert card.field.hasFocus()
    assert not session.ways_in.has_recovery_code()
    card.field.setText(code[:-1] + ("0" if code[-1] != "0" else "1"))
    card.keep_button.click()
    assert "not the code" in words(card)
    assert card.field.accessibleDescription() == card.note.text()
    assert not session.ways_in.has_recovery_code()
    card.field.setText(code.lower())
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "There is one, made on" in words(card))
    assert KeySlots.read(profile.keyslots).unlock(code) == bytes.fromhex(session.ways_in.reveal_key())
    assert code[:19] not in words(card)
    assert not card.code.text()
    assert card.make_button.accessibleName() == "Replace the recovery code"


def test_replacing_ends_the_one_before_and_removing_ends_both(
    qtbot: QtBot, group: WaysInGroup, profile: Profile, session: Session
) -> None:
    card = group.recovery
    old = session.ways_in.make_recovery_code()
    session.ways_in.keep_recovery_code(old)
    card.show_state(session.ways_in.state())
    new = make_code(group)
    assert "opens nothing" in words(card)
    card.field.setText(new)
    card.keep_button.click()
    qtbot.waitUntil(lambda: not card.has_form)
    slots = KeySlots.read(profile.keyslots)
    assert slots.unlock(new)
    with pytest.raises(Exception, match="does not open"):
        slots.unlock(old)
    card.remove_button.click()
    assert card.keep_code_button.hasFocus()  # not the one that removes
    card.confirm_button.click()
    qtbot.waitUntil(lambda: "There is none" in words(card))
    assert not session.ways_in.has_recovery_code()


def test_escape_makes_nothing_and_takes_the_code_away(
    qtbot: QtBot, group: WaysInGroup, session: Session
) -> None:
    card = group.recovery
    make_code(group)
    card.field.setText("begun")
    qtbot.keyClick(card.field, Qt.Key.Key_Escape)
    assert not card.code.text()
    assert not card.field.text()
    assert card.make_button.hasFocus()
    assert not session.ways_in.has_recovery_code()


def test_it_is_copied_as_other_copies_are_and_saved_as_a_page(
    qtbot: QtBot, group: WaysInGroup, place: Path
) -> None:
    card = group.recovery
    code = make_code(group)
    card.copy_button.click()
    held = QGuiApplication.clipboard().mimeData()
    assert held.text().replace("-", " ") == code
    assert held.hasFormat("x-kde-passwordManagerHint")
    card.print_button.click()
    qtbot.waitUntil(lambda: str(place) in words(card))
    assert place.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_the_page_is_one_page_with_something_on_it(qapp: object) -> None:
    page = recovery_page("ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345")
    assert page.count(b"/Type /Page\n") == 1
    assert len(page) > 5000  # the signs are in it, as a font


def test_a_full_disk_is_told_and_the_code_stays_on_the_screen(
    qtbot: QtBot, group: WaysInGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_ways: WaysIn, _code: str) -> int:
        raise StorageFullError("The disk is full.")

    monkeypatch.setattr(WaysIn, "keep_recovery_code", full)
    card = group.recovery
    card.field.setText(make_code(group))
    card.keep_button.click()
    qtbot.waitUntil(lambda: "The disk is full." in words(card))
    assert card.keep_button.isEnabled()
    assert card.code.isVisible()


# -- keychain


def test_the_keychain_is_turned_on_after_its_weakness_was_told_and_off_again(
    qtbot: QtBot, group: WaysInGroup, session: Session, chain: MemoryKeychain
) -> None:
    card = group.keychain
    assert "Off. This system has: Keychain of the test." in words(card)
    card.on_button.click()
    assert "Other programs that run under your name" in words(card)
    assert card.cancel_button.hasFocus()  # Return alone changes nothing
    assert not chain.kept
    qtbot.keyClick(card.cancel_button, Qt.Key.Key_Escape)
    assert card.on_button.hasFocus()
    card.on_button.click()
    card.confirm_button.click()
    qtbot.waitUntil(lambda: "On since" in words(card))
    assert "Other programs" in words(card)
    assert session.ways_in.state().keychain
    assert chain.kept
    card.off_button.click()
    qtbot.waitUntil(lambda: "Off." in words(card))
    assert not session.ways_in.state().keychain
    assert not chain.kept
    assert card.on_button.isVisible()


def test_a_locked_keychain_is_told(
    qtbot: QtBot, group: WaysInGroup, session: Session, chain: MemoryKeychain
) -> None:
    card = group.keychain
    chain.locked = True
    card.on_button.click()
    card.confirm_button.click()
    qtbot.waitUntil(lambda: "is locked" in words(card))
    assert not session.ways_in.state().keychain
    card.cancel_button.click()
    chain.locked = False
    session.ways_in.use_keychain()
    chain.locked = True
    card.show_state(session.ways_in.state())
    card.off_button.click()
    qtbot.waitUntil(lambda: "did not let go" in words(card))
    assert not session.ways_in.state().keychain


def test_where_there_is_none_it_cannot_be_turned_on(
    group: WaysInGroup, session: Session, chain: MemoryKeychain
) -> None:
    chain.called = None
    group.keychain.show_state(session.ways_in.state())
    assert not group.keychain.on_button.isVisible()
    assert "no keychain that Inglenook would trust" in words(group.keychain)


# -- the key itself


def test_the_key_is_shown_for_a_minute_to_who_knows_the_passphrase(
    qtbot: QtBot, group: WaysInGroup, session: Session
) -> None:
    card = group.key
    card.open_button.click()
    card.show_button.click()
    assert "Type your passphrase first." in words(card)
    card.passphrase.edit.setText("not this one")
    qtbot.keyClick(card.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "That is not your passphrase." in words(card))
    assert not card.key.text()
    card.passphrase.edit.setText(PASSPHRASE)
    card.show_button.click()
    qtbot.waitUntil(card.key.isVisible)
    assert "".join(card.key.text().split()) == session.ways_in.reveal_key()
    assert not card.passphrase.text
    card.copy_button.click()
    held = QGuiApplication.clipboard().mimeData()
    assert held.text() == session.ways_in.reveal_key()
    assert held.hasFormat("x-kde-passwordManagerHint")
    assert card._timer.isActive()
    assert card._timer.interval() == 60_000
    card._timer.setInterval(1)
    qtbot.waitUntil(lambda: not card.key.text())
    assert not card.key.isVisible()
    assert card.open_button.isVisible()


@pytest.mark.parametrize("way", ["escape", "button", "page left"])
def test_the_key_is_hidden_by(qtbot: QtBot, group: WaysInGroup, session: Session, way: str) -> None:
    card = group.key
    card.show_key(session.ways_in.reveal_key())
    assert card.hide_button.hasFocus()
    if way == "escape":
        qtbot.keyClick(card.hide_button, Qt.Key.Key_Escape)
    elif way == "button":
        card.hide_button.click()
    else:
        group.hide()
    assert not card.key.text()
    assert not card._timer.isActive()


# -- a new key


def test_encrypting_anew_is_asked_for_with_the_passphrase_and_nothing_else(
    qtbot: QtBot, group: WaysInGroup, presenter: WaysInPresenter, session: Session
) -> None:
    card = group.rekey
    code = session.ways_in.make_recovery_code()
    session.ways_in.keep_recovery_code(code)
    card.open_button.click()
    assert "Backups are removed" in words(card)
    card.start_button.click()
    assert "Type your passphrase first." in words(card)
    for wrong in ("not this one", code):
        card.passphrase.edit.setText(wrong)
        with qtbot.assertNotEmitted(presenter.rekey_requested):
            card.start_button.click()
            qtbot.waitUntil(lambda: "A recovery code will not do here" in words(card))
    card.passphrase.edit.setText(PASSPHRASE)
    with qtbot.waitSignal(presenter.rekey_requested) as told:
        qtbot.keyClick(card.passphrase.edit, Qt.Key.Key_Return)
    assert told.args == [PASSPHRASE]
