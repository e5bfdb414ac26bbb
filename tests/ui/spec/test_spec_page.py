# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model is told, in the window: read, changed layer by layer, and never lost by leaving."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine

from desktop.domain.conversation import ChatId, Role
from desktop.domain.errors import StorageFullError
from desktop.domain.spec import MAX_LAYER, AppLayer
from desktop.services.session import Session
from desktop.storage import instructions
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.spec.app_card import changed_lines
from desktop.ui.spec.layer_card import LayerCard, cost_in_words
from desktop.ui.spec.page import SpecPage

Ask = Callable[[str], str]


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace) -> SpecPage:
    """Opened from the settings, no chat begun."""
    workspace.do(Command.SETTINGS)
    workspace.settings.spec.button.click()
    qtbot.waitUntil(lambda: bool(workspace.data.spec.given.toPlainText()))
    return workspace.data.spec


@pytest.fixture
def of_chat(qtbot: QtBot, workspace: Workspace, ask: Ask) -> SpecPage:
    """Opened from the menu of a chat that has one answer."""
    ask("What is a hollyhock?")
    choose_instructions(workspace)
    qtbot.waitUntil(lambda: "hollyhock" in workspace.data.spec.chat._title.text())
    return workspace.data.spec


def choose_instructions(workspace: Workspace) -> None:
    menu = workspace.page.header.menu()
    next(one for one in menu.actions() if one.text() == "This chat's instructions…").trigger()


def write(page_card: LayerCard, text: str) -> None:
    page_card.field.setPlainText(text)


def test_all_layers_can_be_read(page: SpecPage, session: Session) -> None:
    shipped = session.spec.shipped
    assert page.app.state.text() == "As it came, version 1"
    assert page.app.told.toPlainText() == page.given.toPlainText() == shipped.words.told
    assert page.person.state.text() == "Nothing here"
    assert page.none_open.isVisible()
    assert not page.chat.isVisible()
    page.app.reasons_button.click()
    reasons = " ".join(one.text() for one in page.app._reasons.findChildren(type(page.none_open)))
    assert all(rule.title in reasons and rule.told in reasons for rule in shipped.rules)
    page.app.reasons_button.click()
    assert not page.app._reasons.isVisible()


def test_the_persons_layer_is_kept_and_holds_from_the_next_answer_on(
    qtbot: QtBot, workspace: Workspace, page: SpecPage, session: Session, engine: ScriptedEngine, ask: Ask
) -> None:
    card = page.person
    assert not card.save_button.isEnabled()
    write(card, "  Call me Ada.\n")
    assert card.state.text() == "Not kept yet"
    card.save_button.click()
    qtbot.waitUntil(lambda: session.spec.layers().person == "Call me Ada.")
    qtbot.waitUntil(lambda: page.given.toPlainText().endswith("\n\nCall me Ada."))
    assert card.state.text() == "In use"
    assert "next answer" in card.said.text()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert workspace.settings.isVisible()
    workspace.do(Command.NEW_CHAT)
    ask("Hello")
    told = [m.content for m in engine.requests[-1].messages if m.role is Role.SYSTEM]
    assert told == [page.given.toPlainText()]


def test_a_change_is_put_back_taken_away_and_undone(qtbot: QtBot, page: SpecPage, session: Session) -> None:
    card = page.person
    write(card, "One")
    qtbot.keyClick(card.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.spec.layers().person == "One")
    qtbot.waitUntil(card.clear_button.isVisible)
    write(card, "Two")
    card.put_back_button.click()
    assert card.field.toPlainText() == "One"
    card.field.undo()
    assert card.field.toPlainText() == "Two"
    card.put_back_button.click()
    card.clear_button.click()
    qtbot.waitUntil(lambda: card.said.text() == "Taken away.")
    assert session.spec.layers().person == ""
    card.undo_button.click()
    qtbot.waitUntil(lambda: session.spec.layers().person == "One")
    qtbot.waitUntil(lambda: card.field.toPlainText() == "One")


def test_this_chats_instructions_come_from_its_menu(
    qtbot: QtBot, workspace: Workspace, of_chat: SpecPage, session: Session
) -> None:
    assert "these very words" in of_chat.given_note.text()
    write(of_chat.chat, "Rhyme.")
    of_chat.chat.save()
    chat_id = workspace.chat.shown
    assert chat_id is not None
    qtbot.waitUntil(lambda: session.history.chat(chat_id).result().system_prompt == "Rhyme.")
    qtbot.waitUntil(lambda: "other words" in of_chat.given_note.text())
    of_chat.back_button.click()
    assert workspace.page.isVisible()


def test_another_chat_shows_its_own(
    qtbot: QtBot, workspace: Workspace, of_chat: SpecPage, session: Session, ask: Ask
) -> None:
    first = workspace.chat.shown
    assert first is not None
    session.spec.set_chat(first, "Rhyme.").result()
    workspace.do(Command.NEW_CHAT)
    ask("Something else")
    choose_instructions(workspace)
    qtbot.waitUntil(lambda: "Something else" in of_chat.chat._title.text())
    assert of_chat.chat.field.toPlainText() == ""


def test_what_is_not_kept_is_asked_about_once(
    qtbot: QtBot, workspace: Workspace, page: SpecPage, session: Session
) -> None:
    write(page.person, "Half a thought")
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.isVisible()
    bar = page._ask
    assert bar.isVisible()
    bar.stay_button.click()
    assert not bar.isVisible()
    page.back_button.click()
    bar.drop_button.click()
    assert workspace.settings.isVisible()
    workspace.settings.spec.button.click()
    assert page.person.field.toPlainText() == ""
    write(page.person, "A whole thought")
    page.back_button.click()
    bar.keep_button.click()
    qtbot.waitUntil(workspace.settings.isVisible)
    assert session.spec.layers().person == "A whole thought"


def test_what_cannot_be_kept_keeps_one_there(
    qtbot: QtBot, workspace: Workspace, page: SpecPage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_conn: object, _text: str) -> None:
        raise StorageFullError("The disk is full.")

    monkeypatch.setattr(instructions, "set_person", full)
    write(page.person, "A whole thought")
    page.back_button.click()
    page._ask.keep_button.click()
    qtbot.waitUntil(lambda: page.person.said.text() == "The disk is full.")
    assert page.isVisible()
    assert page.person.field.toPlainText() == "A whole thought"
    assert page.person.save_button.isEnabled()


def test_the_apps_words_are_replaced_compared_switched_off_and_brought_back(
    qtbot: QtBot, page: SpecPage, session: Session
) -> None:
    card, shipped = page.app, session.spec.shipped.words.told
    card.edit_button.click()
    assert card.editor.toPlainText() == shipped
    assert not card.save_button.isEnabled()
    first, *rest = shipped.splitlines()
    card.editor.setPlainText("\n".join(["Talk like a pirate.", *rest]))
    card.save_button.click()
    qtbot.waitUntil(lambda: card.state.text() == "Your own words")
    compared = card.changes.toPlainText().splitlines()
    assert f"− {first}" in compared
    assert "+ Talk like a pirate." in compared
    card.off_button.click()
    qtbot.waitUntil(lambda: card.state.text() == "Switched off")
    assert not page.given.isVisible()
    assert "not even" in card.count.text()
    assert not card.changes.isVisible()
    card.reset_button.click()
    qtbot.waitUntil(lambda: card.state.text() == "As it came, version 1")
    assert session.spec.layers().state is AppLayer.SHIPPED
    assert page.given.toPlainText() == shipped


def test_an_edit_of_the_apps_words_can_be_given_up(page: SpecPage) -> None:
    page.app.edit_button.click()
    page.app.editor.setPlainText("Something")
    assert page.is_changed
    page.app.cancel_button.click()
    assert not page.is_changed
    assert page.app.told.isVisible()


def test_what_is_too_long_is_said_and_not_kept(page: SpecPage) -> None:
    write(page.person, "x" * (MAX_LAYER + 1))
    assert not page.person.save_button.isEnabled()
    assert "the most" in page.person.said.text()
    write(page.person, "short")
    assert page.person.save_button.isEnabled()
    assert not page.person.said.isVisible()


def test_a_chat_that_is_gone_is_told_of(
    qtbot: QtBot, workspace: Workspace, of_chat: SpecPage, session: Session
) -> None:
    write(of_chat.chat, "Rhyme.")
    shown = workspace.chat.shown
    assert shown is not None
    session.history.delete([ChatId(shown)]).result()
    of_chat.chat.save_button.click()
    qtbot.waitUntil(lambda: "no chat" in of_chat.chat.said.text())
    assert of_chat.chat.field.toPlainText() == "Rhyme."


def test_the_privacy_centre_leads_there_and_records_it(
    qtbot: QtBot, workspace: Workspace, session: Session
) -> None:
    workspace.do(Command.PRIVACY)
    workspace.privacy.spec_button.click()
    page = workspace.data.spec
    qtbot.waitUntil(page.isVisible)
    write(page.person, "Call me Ada.")
    page.person.save()
    qtbot.waitUntil(lambda: session.spec.layers().person == "Call me Ada.")
    page.back_button.click()
    assert workspace.privacy.isVisible()
    qtbot.waitUntil(
        lambda: any(
            one.text() == "Changed what the model is told" for one in workspace.privacy.findChildren(QLabel)
        )
    )
    assert "Call me Ada." in session.everything.overview()


def test_what_it_costs_is_said() -> None:
    local = QLocale()
    assert cost_in_words("", 8192) == "Takes no room."
    assert cost_in_words("x" * 400, 8192) == (
        f"400 characters, about 100 tokens, {local.toString(1.2207, 'f', 1)} % of the"
        f" {local.toString(8192)} the model can hold in mind"
    )
    assert cost_in_words("x", 0) == "1 character, about 1 token"


def test_changes_are_told_line_by_line() -> None:
    assert list(changed_lines("a\nb", "a\nc")) == [(" ", "a"), ("-", "b"), ("+", "c")]
