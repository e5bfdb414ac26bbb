# SPDX-License-Identifier: GPL-3.0-or-later
"""The switch for training in the chat's menu, and what the header says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import ChatId
from desktop.domain.errors import UserActionError
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui.shell.workspace import Workspace
from tests.conftest import PASSPHRASE

Ask = Callable[[str], str]


@pytest.fixture
def session(profile: Profile, models: Models) -> Iterator[Session]:
    session = VaultService(profile, lambda vault: Session(vault, models)).create(PASSPHRASE)
    yield session
    session.close()


def consent_of(workspace: Workspace, chat_id: str) -> bool:
    return workspace.session.history.chat(ChatId(chat_id)).result().training_consent


def test_it_is_given_and_withdrawn_in_the_menu(qtbot: QtBot, workspace: Workspace, ask: Ask) -> None:
    chat_id = ask("Greet me")
    header = workspace.page.header
    qtbot.waitUntil(lambda: len(header.menu().actions()) > 7)
    switch = header.menu().actions()[-1]
    assert switch.isCheckable()
    assert not switch.isChecked()
    assert not header.consent_label.isVisible()

    switch.trigger()
    qtbot.waitUntil(header.consent_label.isVisible)
    assert consent_of(workspace, chat_id)
    assert header.menu().actions()[-1].isChecked()

    workspace.chat.show_new()
    assert not header.consent_label.isVisible()
    workspace.chat.show_chat(workspace.session.history.chat(ChatId(chat_id)).result())
    qtbot.waitUntil(header.consent_label.isVisible)

    header.menu().actions()[-1].trigger()
    qtbot.waitUntil(lambda: not header.consent_label.isVisible())
    qtbot.waitUntil(lambda: not consent_of(workspace, chat_id))


def test_a_new_chat_is_not_allowed_because_the_last_one_was(
    qtbot: QtBot, workspace: Workspace, ask: Ask
) -> None:
    workspace.session.history.set_training_consent([ChatId(ask("Greet me"))], True).result()
    workspace.chat.show_new()
    assert not consent_of(workspace, ask("Greet me again"))


def test_a_temporary_chat_is_never_asked_about(models: Models) -> None:
    session = Session(None, models)
    with pytest.raises(UserActionError):
        session.history.set_training_consent([], True)
    session.close()
