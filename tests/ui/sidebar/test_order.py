# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps chats in order by itself, in the window over a real vault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, ScriptedGeneration, say

from desktop.domain.conversation import ChatId
from desktop.domain.generation import OnEvent
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault
from desktop.ui.shell.workspace import Workspace


@pytest.fixture
def session(profile: Profile, models: Models) -> Iterator[Session]:
    session = Session(create_vault(profile, "five plain words it is", cost=KdfCost(64, 1, 1)), models)
    yield session
    session.close()


def send(qtbot: QtBot, workspace: Workspace, text: str) -> ChatId:
    composer = workspace.page.composer
    composer.set_text(text)
    with qtbot.waitSignal(workspace.chat.running_changed, check_params_cb=bool):
        composer.button.click()
    qtbot.waitUntil(lambda: not composer.button.accessibleName().startswith("Stop"))
    assert workspace.chat.shown is not None
    return workspace.chat.shown


def test_a_title_by_the_model_comes_into_the_list_and_the_header(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine
) -> None:
    answers = [say("Rinse it."), say("Cooking rice")]

    def script(generation: ScriptedGeneration, on_event: OnEvent) -> None:
        answers.pop(0)(generation, on_event)

    engine.script = script
    chat_id = send(qtbot, workspace, "How do I cook rice?")
    model = workspace.sidebar.chats
    qtbot.waitUntil(lambda: model.index_of(chat_id).data() == "Cooking rice")
    assert workspace.page.header._title == "Cooking rice"


def test_a_title_that_comes_while_one_is_typed_leaves_what_was_typed(
    qtbot: QtBot, workspace: Workspace, session: Session
) -> None:
    assert session.naming is not None
    session.naming.switch(False).result()
    chat_id = send(qtbot, workspace, "How do I cook rice?")
    view = workspace.sidebar.list
    view.setFocus()
    view.choose(chat_id)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.viewport().findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "Dinner")
    workspace._order._show_title(chat_id, "Cooking rice")
    assert editor.text() == "Dinner"


def test_titles_are_switched_off_in_the_settings(
    qtbot: QtBot, workspace: Workspace, session: Session
) -> None:
    card = workspace.settings.chats
    qtbot.waitUntil(card.titles.isChecked)
    card.titles.setFocus()
    qtbot.keyClick(card.titles, Qt.Key.Key_Space)
    naming = session.naming
    assert naming is not None
    qtbot.waitUntil(lambda: not naming.is_on().result())
