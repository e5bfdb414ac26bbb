# SPDX-License-Identifier: GPL-3.0-or-later
"""Correcting and stopping training from the Privacy Centre, over a real vault."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.domain.correction import TextKind, Wish
from desktop.paths import Profile
from desktop.services.corrections import kind_in_words
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui.privacy.correct_form import CorrectForm
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from tests.conftest import PASSPHRASE


@pytest.fixture
def session(profile: Profile, models: Models) -> Iterator[Session]:
    session = VaultService(profile, lambda vault: Session(vault, models)).create(PASSPHRASE)
    yield session
    session.close()


@pytest.fixture
def form(qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]) -> CorrectForm:
    """Opened beside a chat with the wrong name in its title, its question and what was begun after it."""
    ask("I am Zanzibarsmiht, zanzibarsmiht to friends")
    workspace.page.composer.set_text("Yours, Zanzibarsmiht")
    workspace.do(Command.PRIVACY)
    form = workspace.privacy.correct
    form.open_button.click()
    return form


def find(
    qtbot: QtBot, form: CorrectForm, old: str = "Zanzibarsmiht", new: str = "Zanzibarsmith"
) -> list[str]:
    form.old.setText(old)
    form.new.setText(new)
    qtbot.keyClick(form.new, Qt.Key.Key_Return)
    qtbot.waitUntil(form.find_button.isEnabled)
    return [form.places.item(place).text() for place in range(form.places.count())]


def test_all_places_are_shown_and_corrected(
    qtbot: QtBot, workspace: Workspace, session: Session, form: CorrectForm
) -> None:
    places = find(qtbot, form)
    assert len(places) == 3
    assert any(text.startswith("Begun, not sent") and "“Zanzibarsmith”" in text for text in places)
    assert form.confirm_button.text() == "Correct 3 places"
    assert form.places.hasFocus()
    form.confirm_button.click()
    assert not form.open_button.isEnabled()
    qtbot.waitUntil(lambda: form.said.text().startswith("Corrected 3 places."), timeout=20_000)
    assert "afterwards: 0." in form.said.text()
    assert form.old.text() == ""
    assert session.corrections.find(Wish("Zanzibarsmiht", "x")).result().total == 0
    # Nothing the window holds brings the old words back.
    composer = workspace.page.composer
    qtbot.waitUntil(lambda: composer.text == "Yours, Zanzibarsmith")
    chats = workspace.sidebar.chats
    qtbot.waitUntil(
        lambda: "Zanzibarsmith," in [str(chats.index(n).data()) for n in range(chats.rowCount())][-1]
    )
    workspace.chat.keep_drafts()
    found = session.corrections.find(Wish("Zanzibarsmith", "x", ignore_case=True)).result()
    assert found.total == 3
    assert session.corrections.find(Wish("Zanzibarsmiht", "x")).result().total == 0


def test_only_what_has_a_tick_is_corrected(qtbot: QtBot, session: Session, form: CorrectForm) -> None:
    form.any_case.setChecked(True)
    find(qtbot, form)
    assert form.confirm_button.text() == "Correct 5 places"
    for place in range(1, 5):
        form.places.item(place).setCheckState(Qt.CheckState.Unchecked)
    assert form.confirm_button.text() == "Correct 1 place"
    form.confirm_button.click()
    qtbot.waitUntil(lambda: form.said.text().startswith("Corrected 1 place."), timeout=20_000)
    left = session.corrections.find(Wish("Zanzibarsmiht", "x", ignore_case=True)).result()
    assert left.total == 4


def test_what_stands_nowhere_is_said_and_escape_closes(
    qtbot: QtBot, workspace: Workspace, form: CorrectForm
) -> None:
    assert find(qtbot, form, "Timbuktu") == []
    assert form.said.text() == "It stands nowhere."
    assert not form.confirm_button.isVisible()
    find(qtbot, form, "Same", "Same")
    assert "Both are the same" in form.said.text()
    qtbot.keyClick(form.old, Qt.Key.Key_Escape)
    assert not form.is_open
    assert workspace.privacy.isVisible()
    assert form.open_button.hasFocus()


def test_training_is_stopped_at_once(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Callable[[str], str]
) -> None:
    chat_id = ask("May this be used?")
    session.history.set_training_consent([chat_id], True).result()  # type: ignore[list-item]
    assert session.training is not None
    session.training.set_default(True).result()
    workspace.do(Command.PRIVACY)
    form = workspace.privacy.stop
    qtbot.waitUntil(lambda: form._chats == 1)
    form.open_button.click()
    assert form.question.text().startswith("1 chat may be used now.")
    assert form.confirm_button.hasFocus()
    form.cancel_button.click()
    assert session.training.is_default().result()
    form.open_button.click()
    form.confirm_button.click()
    qtbot.waitUntil(lambda: form.said.text().startswith("1 chat was withdrawn."))
    assert not session.training.is_default().result()
    assert not session.history.chat(chat_id).result().training_consent  # type: ignore[arg-type]


def test_the_kinds_of_text_have_names() -> None:
    assert len({kind_in_words(kind) for kind in TextKind}) == len(TextKind)


def test_stopping_training_loses_nothing_that_was_begun(
    qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]
) -> None:
    ask("A question")
    workspace.page.composer.set_text("Half a thought")
    workspace.do(Command.PRIVACY)
    workspace.privacy.stop.open_button.click()
    with qtbot.waitSignal(workspace._pages.consent_changed):
        workspace.privacy.stop.confirm_button.click()
    qtbot.wait(100)
    assert workspace.page.composer.text == "Half a thought"


def test_what_is_begun_while_it_is_corrected_stays(
    qtbot: QtBot, workspace: Workspace, form: CorrectForm
) -> None:
    find(qtbot, form)
    with qtbot.waitSignal(workspace._pages.corrected, timeout=20_000):
        form.confirm_button.click()
        workspace.chat.show_new()
        workspace.page.composer.set_text("Something new")
    qtbot.wait(200)
    assert workspace.page.composer.text == "Something new"
