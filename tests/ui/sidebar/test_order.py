# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps chats in order by itself, in the window over a real vault."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, ScriptedGeneration, say, say_then_wait

from desktop.domain.conversation import ChatId, Place
from desktop.domain.generation import OnEvent
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.preferences import Preferences
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.workspace import Workspace
from desktop.ui.sidebar.chat_model import Roles
from desktop.ui.theme.theme import Theme


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


LONG = "\n\n".join(f"Paragraph {n} about apples, pears and everything else that grows." for n in range(60))


def test_each_chat_is_shown_where_it_was_left_also_after_locking(
    qtbot: QtBot,
    workspace: Workspace,
    session: Session,
    engine: ScriptedEngine,
    untitled: None,
    make_workspace: Callable[[], Workspace],
) -> None:
    engine.script = say(LONG)
    first = send(qtbot, workspace, "Apples")
    send(qtbot, workspace, "More")
    workspace.sidebar.new_chat_button.click()
    second = send(qtbot, workspace, "Bread")
    workspace.sidebar.list.opened.emit(first)
    view = workspace.page.transcript
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 2000)
    view.scroll_by(-view.verticalScrollBar().maximum() // 2)
    before = view.place.now()
    assert before is not None
    workspace.sidebar.list.opened.emit(second)
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 1000)
    assert view.place.now() is None  # at its end, as it was left
    workspace.sidebar.list.opened.emit(first)
    qtbot.waitUntil(lambda: _near(view.place.now(), before))
    qtbot.waitUntil(lambda: session.places.places().result() == {first: before})
    session.places.set_opens_last(True).result()
    qtbot.waitUntil(lambda: session.places.to_open().result() == first)
    again = make_workspace()
    again.begin(None)
    qtbot.waitUntil(lambda: again.chat.shown == first)
    qtbot.waitUntil(lambda: _near(again.page.transcript.place.now(), before))


def _near(place: Place | None, wanted: Place) -> bool:
    return place is not None and place.message == wanted.message and abs(place.part - wanted.part) < 30


def test_a_new_chat_is_shown_first_unless_the_last_is_wanted(
    qtbot: QtBot, workspace: Workspace, untitled: None, make_workspace: Callable[[], Workspace]
) -> None:
    send(qtbot, workspace, "Apples")
    again = make_workspace()
    again.begin(None)
    qtbot.wait(200)
    assert again.chat.shown is None


@pytest.fixture
def make_workspace(
    qtbot: QtBot,
    session: Session,
    profile: Profile,
    theme: Theme,
    preferences: Preferences,
    window: MainWindow,
) -> Iterator[Callable[[], Workspace]]:
    """The window again, as after unlocking."""
    made: list[Workspace] = []

    def make() -> Workspace:
        facts = PrivacyFacts(encrypted=True, network_impossible=True)
        made.append(Workspace(session, profile, theme, preferences, facts))
        window.stack.addWidget(made[-1])
        window.stack.setCurrentWidget(made[-1])
        return made[-1]

    yield make
    for one in made:
        one.close_down()


def settle(qtbot: QtBot, workspace: Workspace, chat_id: ChatId) -> None:
    qtbot.waitUntil(lambda: not workspace.sidebar.chats.is_answered(chat_id))


def ask_on(qtbot: QtBot, workspace: Workspace, text: str) -> ChatId:
    """Send in a new chat and do not wait for its answer."""
    workspace.sidebar.new_chat_button.click()
    composer = workspace.page.composer
    composer.set_text(text)
    with qtbot.waitSignal(workspace.chat.chat_changed):
        composer.button.click()
    assert workspace.chat.shown is not None
    return workspace.chat.shown


@pytest.fixture
def untitled(session: Session) -> None:
    assert session.naming is not None
    session.naming.switch(False).result()


def spoken(workspace: Workspace, chat_id: ChatId) -> str:
    return str(workspace.sidebar.chats.index_of(chat_id).data(Qt.ItemDataRole.AccessibleTextRole))


def test_what_ended_while_another_chat_was_shown_is_marked_until_it_is_opened(
    qtbot: QtBot, workspace: Workspace, session: Session, engine: ScriptedEngine, untitled: None
) -> None:
    go = threading.Event()

    def slow(generation: ScriptedGeneration, on_event: OnEvent) -> None:
        go.wait(20)
        say("Done.")(generation, on_event)

    first = send(qtbot, workspace, "Apples")
    engine.script = slow
    second = ask_on(qtbot, workspace, "Bread")
    workspace.sidebar.list.opened.emit(first)
    go.set()
    settle(qtbot, workspace, second)
    model = workspace.sidebar.chats
    qtbot.waitUntil(lambda: bool(model.index_of(second).data(Roles.UNREAD)))
    assert spoken(workspace, second) == "Bread, not read yet"
    assert not model.index_of(first).data(Roles.UNREAD)
    qtbot.waitUntil(lambda: session.history.chat(second).result().unread)  # also after locking
    workspace.sidebar.list.opened.emit(second)
    assert not model.index_of(second).data(Roles.UNREAD)
    qtbot.waitUntil(lambda: not session.history.chat(second).result().unread)


def test_chats_that_wait_say_for_how_many_and_can_be_let_go_in_the_list(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, untitled: None
) -> None:
    engine.script = say_then_wait("Apples are ")
    chats = [ask_on(qtbot, workspace, text) for text in ("Apples", "Bread", "Cats")]
    model = workspace.sidebar.chats
    assert [model.index_of(one).data(Roles.AHEAD) for one in chats] == [0, 1, 2]
    assert [model.index_of(one).data(Roles.RUNNING) for one in chats] == [True, False, False]
    assert spoken(workspace, chats[2]) == "Cats, waits for 2 other answers"
    assert "2 other answers" in workspace.page.activity.text()
    menu = workspace.sidebar.list.menu_for(model.index_of(chats[1]))
    next(action for action in menu.actions() if action.text() == "Stop the answer").trigger()
    qtbot.waitUntil(lambda: model.index_of(chats[2]).data(Roles.AHEAD) == 1)
    assert not model.is_answered(chats[1])
    workspace.chat.stop_chat(chats[0])
    qtbot.waitUntil(lambda: bool(model.index_of(chats[2]).data(Roles.RUNNING)))
    qtbot.waitUntil(lambda: len(engine.requests) == 2)  # the one let go never reached the model
    workspace.chat.stop_chat(chats[2])
    settle(qtbot, workspace, chats[2])


def test_sleep_is_held_up_as_long_as_any_answer_is_written(
    qtbot: QtBot,
    workspace: Workspace,
    engine: ScriptedEngine,
    untitled: None,
) -> None:
    awake = workspace._order.awake
    engine.script = say_then_wait("Apples are ")
    chat_id = ask_on(qtbot, workspace, "Apples")
    assert awake._is_wanted
    workspace.chat.stop_chat(chat_id)
    settle(qtbot, workspace, chat_id)
    assert not awake._is_wanted
    workspace.temporary.running_changed.emit(frozenset({"temporary"}))
    assert awake._is_wanted
    workspace.close_down()
    assert not awake._is_wanted
    workspace.__dict__["close_down"] = lambda: None  # once is enough
