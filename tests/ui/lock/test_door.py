# SPDX-License-Identifier: GPL-3.0-or-later
"""The door over a real vault: made, locked, tried, opened; and each trouble told."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget
from pytestqt.qtbot import QtBot

from desktop.domain import errors
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.lock.presenter import Door
from desktop.ui.lock.restore_page import RestorePage
from desktop.ui.lock.trouble_page import TroublePage
from desktop.ui.lock.troubles import trouble_of
from desktop.ui.lock.unlock_page import ForgottenPage, UnlockPage
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme

GOOD = "four unrelated garden words"


@pytest.fixture
def door(qtbot: QtBot, profile: Profile, models: Models, tasks: Tasks, theme: Theme) -> Iterator[Door]:
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    door = Door(VaultService(profile, lambda vault: Session(vault, models)), tasks, theme, stack)
    stack.show()
    return door


def words(door: Door) -> str:
    assert door.page is not None
    return "\n".join(label.text() for label in door.page.findChildren(QLabel))


def test_from_first_start_to_unlocked_again(qtbot: QtBot, door: Door, profile: Profile) -> None:
    door.knock()
    first = door.page
    assert isinstance(first, FirstStartPage)
    with qtbot.waitSignal(door.opened, timeout=20_000) as told:
        first.chosen.emit(GOOD)
        assert not first.create_button.isEnabled()
    told.args[0].close()

    door.knock()
    page = door.page
    assert isinstance(page, UnlockPage)
    with qtbot.assertNotEmitted(door.opened):
        page.passphrase.edit.setText("not it at all")
        page.unlock_button.click()
        assert not page.unlock_button.isEnabled()
        qtbot.waitUntil(page.unlock_button.isEnabled, timeout=20_000)
    assert "not the passphrase" in page.passphrase.note.text()
    assert page.passphrase.edit.accessibleDescription() == page.passphrase.note.text()

    page.forgotten_button.click()
    assert isinstance(door.page, ForgottenPage)
    assert str(profile.folder) in words(door)
    door.page.back_button.click()
    assert isinstance(door.page, UnlockPage)
    door.page.forgotten_button.click()
    qtbot.keyClick(door.page.back_button, Qt.Key.Key_Escape)

    again = door.page
    assert isinstance(again, UnlockPage)
    again.passphrase.edit.setText(GOOD)
    with qtbot.waitSignal(door.opened, timeout=20_000) as told:
        qtbot.keyClick(again.passphrase.edit, "\r")
    held = told.args[0]

    second = VaultService(profile, lambda vault: Session(vault, held.models))
    with pytest.raises(errors.VaultHeldError):
        second.unlock(GOOD)
    held.close()
    profile.keyslots.unlink()
    door.knock()
    assert isinstance(door.page, TroublePage)
    assert "keyslots.json" in words(door)
    assert profile.vault.exists()


def test_a_vault_without_its_database(door: Door, profile: Profile) -> None:
    profile.folder.mkdir()
    profile.keyslots.write_text("{}", encoding="utf-8")
    door.knock()
    assert isinstance(door.page, TroublePage)
    assert "vault.db" in words(door)
    assert not profile.vault.exists()


def test_damaged_slots_are_told_after_trying(qtbot: QtBot, door: Door, profile: Profile) -> None:
    profile.folder.mkdir()
    profile.keyslots.write_text("{}", encoding="utf-8")
    profile.vault.write_bytes(b"x" * 4096)
    door.knock()
    assert isinstance(door.page, UnlockPage)
    door.page.entered.emit(GOOD)
    qtbot.waitUntil(lambda: isinstance(door.page, TroublePage), timeout=20_000)
    assert "damaged" in words(door)
    assert profile.vault.read_bytes() == b"x" * 4096


VAULT_ERRORS = [
    kind
    for _name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.InglenookError)
    and kind.__name__.startswith(("Vault", "KeySlots", "Cipher", "Storage"))
    and kind is not errors.VaultAbsentError
]


@pytest.mark.parametrize("kind", VAULT_ERRORS)
def test_each_error_has_words_of_its_own(kind: type[Exception]) -> None:
    trouble = trouble_of(kind())
    assert trouble.title != trouble_of(RuntimeError()).title
    assert all((trouble.happened, trouble.safe, trouble.remedy))


def test_a_bug_is_told_calmly_without_its_words(qtbot: QtBot, door: Door, theme: Theme) -> None:
    door.show_trouble(RuntimeError("secret words"))
    assert "secret words" not in words(door)
    assert "mistake of its own" in words(door)


def test_a_damaged_vault_is_mended_by_a_backup(
    qtbot: QtBot, door: Door, profile: Profile, models: Models
) -> None:
    """From the trouble to the open vault, with a wrong passphrase on the way."""
    session = VaultService(profile, lambda vault: Session(vault, models)).create(GOOD)
    assert session.backups is not None
    session.backups.make()
    session.close()
    profile.vault.write_bytes(b"x" * 8192)
    door.show_trouble(errors.VaultDamagedError())
    trouble = door.page
    assert isinstance(trouble, TroublePage)
    assert trouble.restore_button.isVisible()
    trouble.restore_button.click()
    page = door.page
    assert isinstance(page, RestorePage)
    assert "newest" in page.backup.currentText()
    page.passphrase.edit.setText("not it at all")
    page.restore_button.click()
    qtbot.waitUntil(page.restore_button.isEnabled, timeout=20_000)
    assert "does not open this backup" in page.passphrase.note.text()
    page.passphrase.edit.setText(GOOD)
    with qtbot.waitSignal(door.opened, timeout=30_000) as told:
        page.restore_button.click()
    told.args[0].close()


def test_no_backup_is_offered_where_there_is_none_or_it_would_not_help(door: Door) -> None:
    for error in (errors.VaultDamagedError(), errors.VaultHeldError()):
        door.show_trouble(error)
        assert isinstance(door.page, TroublePage)
        assert not door.page.restore_button.isVisible()


def test_the_door_is_shown_without_what_opening_needs() -> None:
    """A keychain or a cipher is loaded when it is wanted: the first window comes before."""
    script = (
        "import sys, desktop.app; names = ('sqlcipher3', 'cryptography', 'argon2', 'keyring');"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
