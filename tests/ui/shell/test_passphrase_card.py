# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing the passphrase in the settings, over a real vault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.errors import StorageFullError, WrongPassphraseError
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.ways_in import WaysIn
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault
from desktop.ui.shell.passphrase_card import PassphraseCard, PassphrasePresenter
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme

OLD, NEW = "four unrelated garden words", "quite another set of words"


@pytest.fixture
def session(profile: Profile, models: Models) -> Iterator[Session]:
    session = Session(create_vault(profile, OLD, cost=KdfCost(64, 1, 1)), models)
    yield session
    session.close()


@pytest.fixture
def card(qtbot: QtBot, theme: Theme, session: Session) -> Iterator[PassphraseCard]:
    card = PassphraseCard(theme)
    qtbot.addWidget(card)
    tasks = Tasks()
    presenter = PassphrasePresenter(session, tasks, card)
    card.show()
    card.open_button.click()
    yield card
    tasks.close()
    del presenter


def fill(card: PassphraseCard, old: str, new: str, again: str | None = None) -> None:
    card.old.edit.setText(old)
    card.new.passphrase.edit.setText(new)
    card.new.again.edit.setText(new if again is None else again)
    card.change_button.click()


def words(card: PassphraseCard) -> str:
    return " ".join(one.text() for one in card.findChildren(QLabel) if one.isVisible())


def test_it_is_changed(qtbot: QtBot, card: PassphraseCard, session: Session, profile: Profile) -> None:
    fill(card, OLD, NEW)
    qtbot.waitUntil(lambda: "Changed" in words(card), timeout=20_000)
    assert not card.old.text
    assert not card.new.passphrase.text
    session.close()
    open_vault(profile, NEW).close()
    with pytest.raises(WrongPassphraseError):
        open_vault(profile, OLD)


def test_a_wrong_old_one_is_said_where_it_is_typed(qtbot: QtBot, card: PassphraseCard) -> None:
    fill(card, "not this one at all", NEW)
    qtbot.waitUntil(lambda: "not the current passphrase" in card.old.note.text(), timeout=20_000)
    assert card.change_button.isEnabled()
    assert card.new.passphrase.text == NEW  # nothing typed is lost


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("", NEW, NEW, "Type the current passphrase"),
        (OLD, "", "", "Choose a passphrase"),
        (OLD, "password", "password", "guess"),
        (OLD, NEW, "other", "not the same"),
    ],
)
def test_what_is_missing_is_said(
    qtbot: QtBot, card: PassphraseCard, profile: Profile, old: str, new: str, again: str, said: str
) -> None:
    before = profile.keyslots.read_bytes()
    fill(card, old, new, again)
    qtbot.waitUntil(lambda: said in words(card), timeout=5000)
    assert profile.keyslots.read_bytes() == before


def test_a_full_disk_is_told(qtbot: QtBot, card: PassphraseCard, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_ways: WaysIn, _old: str, _new: str) -> int:
        raise StorageFullError("The disk is full.")

    monkeypatch.setattr(WaysIn, "change_passphrase", full)
    fill(card, OLD, NEW)
    qtbot.waitUntil(lambda: "The disk is full." in words(card), timeout=5000)


def test_escape_closes_the_form_and_forgets(qtbot: QtBot, card: PassphraseCard) -> None:
    card.old.edit.setText(OLD)
    qtbot.keyClick(card.old.edit, Qt.Key.Key_Escape)
    assert card.open_button.isVisible()
    assert not card.old.text
