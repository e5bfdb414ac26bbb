# SPDX-License-Identifier: GPL-3.0-or-later
"""The drawer and the meter, as a person uses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine

from desktop.domain.chat_settings import ChatSettings
from desktop.domain.conversation import ChatId
from desktop.services.session import Session
from desktop.ui.answering.drawer import SettingsDrawer
from desktop.ui.answering.number_row import NumberRow
from desktop.ui.shell.workspace import Workspace

Ask = Callable[[str], str]


@pytest.fixture
def drawer(qtbot: QtBot, workspace: Workspace) -> SettingsDrawer:
    """Opened with the button beside the model."""
    workspace.page.composer.settings_button.click()
    drawer = workspace.page.drawer
    assert drawer is not None
    qtbot.waitUntil(lambda: drawer.presets.count() > 5)
    return drawer


def row(drawer: SettingsDrawer, name: str) -> NumberRow:
    return next(one for one in drawer.numbers if one.parameter.name == name)


def kept(session: Session, chat: str) -> ChatSettings:
    return session.chat_settings.of_chat(ChatId(chat)).result()


def write(qtbot: QtBot, one: NumberRow, text: str) -> None:
    one.field.setFocus()
    one.field.selectAll()
    qtbot.keyClicks(one.field, text) if text else qtbot.keyClick(one.field, Qt.Key.Key_Delete)
    qtbot.keyClick(one.field, Qt.Key.Key_Return)


def test_it_opens_beside_the_chat_and_closes_with_escape(
    qtbot: QtBot, workspace: Workspace, drawer: SettingsDrawer
) -> None:
    assert drawer.isVisible()
    assert workspace.page.composer.isVisible()
    assert (
        drawer.x()
        >= workspace.page.composer.mapTo(workspace.page, workspace.page.composer.rect().topRight()).x()
    )
    qtbot.keyClick(drawer.presets, Qt.Key.Key_Escape)
    assert not drawer.isVisible()
    assert workspace.page.composer.settings_button.hasFocus()


def test_in_a_narrow_window_it_takes_the_chats_place(
    qtbot: QtBot, workspace: Workspace, drawer: SettingsDrawer
) -> None:
    workspace.window().resize(600, 700)
    qtbot.waitUntil(lambda: not workspace.page.composer.isVisible())
    assert drawer.isVisible()
    drawer.close_button.click()
    assert workspace.page.composer.isVisible()


def test_a_number_is_kept_for_the_chat_and_used(
    qtbot: QtBot, session: Session, engine: ScriptedEngine, drawer: SettingsDrawer, ask: Ask
) -> None:
    chat = ask("Hello")
    temperature = row(drawer, "temperature")
    assert temperature.field.placeholderText() == "0.20"
    write(qtbot, temperature, "0,75")
    qtbot.waitUntil(lambda: kept(session, chat).temperature == 0.75)
    ask("And now?")
    assert engine.requests[-1].sampling.temperature == 0.75
    temperature.reset_button.click()
    qtbot.waitUntil(lambda: kept(session, chat) == ChatSettings())
    assert temperature.reset_button.isHidden()


def test_a_number_out_of_bounds_is_refused_in_words(
    qtbot: QtBot, session: Session, drawer: SettingsDrawer, ask: Ask
) -> None:
    chat = ask("Hello")
    top_p = row(drawer, "top_p")
    for wrong in ("7", "nan", "many"):
        write(qtbot, top_p, wrong)
        assert "0.00 to 1.00" in top_p.problem.text()
    write(qtbot, top_p, "0.5")
    qtbot.waitUntil(lambda: kept(session, chat).top_p == 0.5)
    assert top_p.problem.isHidden()
    qtbot.keyClick(top_p.field, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: kept(session, chat).top_p == 0.55)


def test_what_is_said_before_the_first_message_holds_for_the_chat(
    qtbot: QtBot, session: Session, engine: ScriptedEngine, drawer: SettingsDrawer, ask: Ask
) -> None:
    drawer.presets.setCurrentIndex(3)
    drawer.presets.activated.emit(3)
    write(qtbot, row(drawer, "max_tokens"), "99")
    chat = ask("Hello")
    settings = kept(session, chat)
    assert (settings.temperature, settings.max_tokens) == (0.9, 99)
    assert "imagination" in engine.requests[-1].messages[0].content
    assert session.history.chat(ChatId(chat)).result().system_prompt.startswith("Write with imagination")  # type: ignore[union-attr]


def test_stop_words_and_a_schema_are_kept_or_refused(
    qtbot: QtBot, session: Session, drawer: SettingsDrawer, ask: Ask
) -> None:
    chat = ask("Hello")
    drawer.more_button.click()
    drawer.stop.field.setPlainText("THE END\n\\n\\n")
    drawer.stop.keep()
    qtbot.waitUntil(lambda: kept(session, chat).stop == ("THE END", "\n\n"))
    assert drawer.stop.field.toPlainText() == "THE END\n\\n\\n"
    drawer.schema.field.setPlainText('{"pattern": "a"}')
    drawer.schema.keep()
    qtbot.waitUntil(lambda: "pattern" in drawer.schema.problem.text())
    assert kept(session, chat).json_schema is None
    drawer.schema.field.setPlainText('{"type": "object"}')
    drawer.schema.keep()
    qtbot.waitUntil(lambda: kept(session, chat).json_schema == '{"type": "object"}')
    qtbot.waitUntil(drawer.schema.problem.isHidden)


def test_sets_are_saved_chosen_removed_and_brought_back(
    qtbot: QtBot, session: Session, drawer: SettingsDrawer, ask: Ask
) -> None:
    ask("Hello")
    write(qtbot, row(drawer, "temperature"), "1")
    drawer.name.setText("Bold")
    drawer.save_button.click()
    qtbot.waitUntil(lambda: drawer.presets.currentText() == "Bold")
    assert drawer.remove_button.isVisible()
    drawer.remove_button.click()
    qtbot.waitUntil(lambda: drawer.presets.findText("Bold") < 0 and drawer.undo_button.isVisible())
    drawer.undo_button.click()
    qtbot.waitUntil(lambda: drawer.presets.currentText() == "Bold")
    assert session.chat_settings.preset("bold").result().settings.temperature == 1.0


def test_choosing_a_set_and_resetting_can_be_undone(
    qtbot: QtBot, session: Session, drawer: SettingsDrawer, ask: Ask
) -> None:
    chat = ask("Hello")
    write(qtbot, row(drawer, "temperature"), "1")
    qtbot.waitUntil(lambda: kept(session, chat).temperature == 1.0)
    drawer.presets.activated.emit(2)
    qtbot.waitUntil(drawer.undo_button.isVisible)
    assert kept(session, chat).temperature == 0.0
    drawer.undo_button.click()
    qtbot.waitUntil(lambda: kept(session, chat) == ChatSettings(temperature=1.0))
    qtbot.waitUntil(lambda: session.history.chat(ChatId(chat)).result().system_prompt is None)
    qtbot.waitUntil(drawer.undo_button.isHidden)
    drawer.reset_button.click()
    qtbot.waitUntil(drawer.undo_button.isVisible)
    assert kept(session, chat) == ChatSettings()
    drawer.undo_button.click()
    qtbot.waitUntil(lambda: kept(session, chat) == ChatSettings(temperature=1.0))


def test_new_chats_begin_like_this(qtbot: QtBot, session: Session, drawer: SettingsDrawer, ask: Ask) -> None:
    ask("Hello")
    write(qtbot, row(drawer, "temperature"), "1")
    drawer.default_button.click()
    qtbot.waitUntil(lambda: session.chat_settings.default().result().temperature == 1.0)


def test_each_chat_shows_its_own(
    qtbot: QtBot, session: Session, workspace: Workspace, drawer: SettingsDrawer, ask: Ask
) -> None:
    first = ask("Hello")
    write(qtbot, row(drawer, "temperature"), "1")
    qtbot.waitUntil(lambda: kept(session, first).temperature == 1.0)
    workspace.chat.show_new()
    qtbot.waitUntil(lambda: row(drawer, "temperature").field.text() == "")
    workspace.chat.show_chat(session.history.chat(ChatId(first)).result())
    qtbot.waitUntil(lambda: row(drawer, "temperature").field.text() == "1.00")


def test_it_leads_to_the_chats_instructions(
    qtbot: QtBot, workspace: Workspace, drawer: SettingsDrawer, ask: Ask
) -> None:
    assert drawer.instructions_button.isHidden()
    ask("Hello")
    qtbot.waitUntil(lambda: not drawer.instructions_button.isHidden())
    drawer.instructions_button.click()
    assert workspace.data.spec.isVisible()


def test_every_control_has_a_name(drawer: SettingsDrawer) -> None:
    for one in drawer.numbers:
        assert one.field.accessibleName()
        assert one.parameter.term in one.field.accessibleDescription()
        assert one.parameter.title in one.reset_button.accessibleName()
    for widget in (drawer, drawer.presets, drawer.stop.field, drawer.schema.field, drawer.name):
        assert widget.accessibleName()


def test_the_meter_counts_what_is_written_and_says_what_is_in_the_window(
    qtbot: QtBot, workspace: Workspace, ask: Ask
) -> None:
    ask("Hello")
    composer = workspace.page.composer
    meter = workspace.chat.answering.meter
    qtbot.waitUntil(lambda: composer.tokens.isEnabled() and composer.tokens.text() != "")
    before = int(composer.tokens.text().split()[0])
    composer.set_text("five words are written here")
    qtbot.waitUntil(lambda: composer.tokens.text().startswith(f"{before + 5} of"))
    composer.tokens.click()
    card = meter._card
    assert card is not None
    assert card.isVisible()
    told = {name.text(): count.text() for name, count in card.counts}
    assert told["What you are writing"] == "5"
    assert int(told["Instructions"]) > 0
    assert told["Kept free for the answer"] == "1,024"
    assert sum(int(told[name].replace(",", "")) for name in told) == 8192
    assert card.left_out.text() == "Nothing is left out."
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not card.isVisible())
