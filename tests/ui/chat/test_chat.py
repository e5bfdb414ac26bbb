# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole conversation in the window: sent, streamed, stopped, failed, answered anew, while others go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from scripted_engine import STATS, ScriptedEngine, ScriptedGeneration, say, say_then_fail, say_then_wait

from desktop.domain.conversation import ChatId, Role, Status, StopReason
from desktop.domain.errors import StorageFullError
from desktop.domain.generation import FaultKind, Finished, OnEvent, PromptFitted, TextDelta
from desktop.services.faults import explain
from desktop.services.session import Session
from desktop.storage.records import get_setting
from desktop.ui.chat.link_presenter import LinkPresenter
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from tests.gguf_file import write_gguf

Ask = Callable[[str], str]


def texts(workspace: Workspace) -> list[str]:
    model = workspace.page.transcript.model
    return [model.text(row) for row in range(model.rowCount())]


def begin(workspace: Workspace, text: str) -> None:
    workspace.page.composer.set_text(text)
    workspace.page.composer.button.click()


def stopped(workspace: Workspace) -> bool:
    return workspace.page.composer.button.accessibleName() == "Send"


def test_a_question_is_answered_kept_and_listed(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    assert workspace.page.empty.isVisible()
    chat_id = ask("Good evening, who are you?")
    assert texts(workspace) == ["Good evening, who are you?", "Good evening."]
    assert workspace.page.composer.text == ""
    assert workspace.page.header.title_button.text() == "Good evening, who are you?"
    assert workspace.sidebar.list.chosen() == chat_id
    assert workspace.page.composer.tokens.text().endswith(" of 8,192 tokens")
    kept = session.history.all_messages(ChatId(chat_id)).result()
    assert [(m.role, m.content, m.status) for m in kept] == [
        (Role.USER, "Good evening, who are you?", Status.COMPLETE),
        (Role.ASSISTANT, "Good evening.", Status.COMPLETE),
    ]


def test_stopping_keeps_what_came(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, session: Session
) -> None:
    engine.script = say_then_wait("Once upon ", "a time")
    begin(workspace, "A story")
    qtbot.waitUntil(lambda: "a time" in "".join(texts(workspace)))
    assert workspace.page.composer.button.accessibleName() == "Stop the answer"
    qtbot.keyClick(workspace.page.composer.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: stopped(workspace))
    assert workspace.chat.shown is not None
    kept = session.history.all_messages(workspace.chat.shown).result()[-1]
    assert (kept.content, kept.status) == ("Once upon a time", Status.STOPPED)


def test_nothing_moves_when_something_goes_on(workspace: Workspace) -> None:
    page = workspace.page
    before = page._foot.sizeHint()
    page.show_activity("Thinking…")
    assert page.activity.isVisible()
    assert page._foot.sizeHint() == before


def test_a_letter_typed_over_the_transcript_lands_in_the_message(
    qtbot: QtBot, workspace: Workspace, ask: Ask
) -> None:
    ask("Good evening")
    page = workspace.page
    page.transcript.setFocus()
    qtbot.keyClicks(page.transcript, "H")
    assert page.composer.text == "H"
    assert page.composer.edit.hasFocus()
    page.transcript.setFocus()
    for modifier in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.MetaModifier):
        qtbot.keyClick(page.transcript, "x", modifier)
    assert page.composer.text == "H"


def test_other_chats_are_read_while_one_is_answered(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, ask: Ask
) -> None:
    first = ask("First chat")
    go_on = threading.Event()

    def slowly(generation: ScriptedGeneration, on_event: OnEvent) -> None:
        on_event(PromptFitted(5, 0, 0, 8192))
        on_event(TextDelta("one "))
        go_on.wait(20)
        on_event(TextDelta("two"))
        on_event(Finished(StopReason.END, STATS))

    engine.script = slowly
    workspace.sidebar.new_chat_button.click()
    begin(workspace, "Second chat")
    qtbot.waitUntil(lambda: texts(workspace) == ["Second chat", "one "])
    second = workspace.chat.shown
    workspace.sidebar.list.opened.emit(first)
    qtbot.waitUntil(lambda: len(texts(workspace)) == 2 and workspace.chat.shown == first)
    assert stopped(workspace), "the first chat is not being answered"
    running = workspace.sidebar.chats.index_of(second)
    assert "being answered" in running.data(Qt.ItemDataRole.AccessibleTextRole)
    workspace.sidebar.list.opened.emit(second)
    qtbot.waitUntil(lambda: texts(workspace) == ["Second chat", "one "])
    assert not stopped(workspace)
    go_on.set()
    qtbot.waitUntil(lambda: stopped(workspace))
    assert texts(workspace) == ["Second chat", "one two"]


def test_a_question_waits_its_turn_visibly_and_is_kept_meanwhile(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, session: Session
) -> None:
    engine.script = say_then_wait("long story")
    begin(workspace, "First chat")
    qtbot.waitUntil(lambda: texts(workspace) == ["First chat", "long story"])
    first = workspace.chat.shown
    workspace.sidebar.new_chat_button.click()
    engine.script = say("Your turn.")
    begin(workspace, "Second chat")
    qtbot.waitUntil(lambda: texts(workspace) == ["Second chat", ""])
    assert workspace.page.activity.text().startswith("Waiting")
    assert len(session.history.chats().result()) == 2
    second = workspace.chat.shown
    workspace.sidebar.list.opened.emit(first)
    qtbot.waitUntil(lambda: texts(workspace) == ["First chat", "long story"])
    workspace.page.composer.button.click()
    workspace.sidebar.list.opened.emit(second)
    qtbot.waitUntil(lambda: texts(workspace) == ["Second chat", "Your turn."])


def test_drafts_stay_with_their_chat(workspace: Workspace, ask: Ask, qtbot: QtBot) -> None:
    first = ask("First")
    workspace.page.composer.set_text("half a thought")
    workspace.sidebar.new_chat_button.click()
    assert workspace.page.composer.text == ""
    workspace.page.composer.set_text("another")
    workspace.sidebar.list.opened.emit(first)
    assert workspace.page.composer.text == "half a thought"
    workspace.sidebar.new_chat_button.click()
    assert workspace.page.composer.text == "another"


def test_a_crash_says_so_keeps_the_text_and_offers_another_try(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine
) -> None:
    engine.script = say_then_fail("Half an ", kind=FaultKind.CRASHED)
    begin(workspace, "Tell me")
    qtbot.waitUntil(lambda: workspace.page.notices.words("problem") != "")
    assert workspace.page.notices.words("problem") == explain(FaultKind.CRASHED)
    assert texts(workspace) == ["Tell me", "Half an "]
    engine.script = say("Whole.")
    row = workspace.page.transcript.model.entry(1)
    workspace.page.transcript.retry_requested.emit(row.id)
    qtbot.waitUntil(lambda: texts(workspace) == ["Tell me", "Whole."])
    assert workspace.page.notices.words("problem") == ""


def test_answering_anew_and_going_back(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, ask: Ask
) -> None:
    ask("Which?")
    model = workspace.page.transcript.model
    engine.script = say("Second version.")
    workspace.page.transcript.regenerate_requested.emit(model.entry(1).id)
    qtbot.waitUntil(lambda: texts(workspace) == ["Which?", "Second version."] and stopped(workspace))
    assert (model.entry(1).siblings, model.entry(1).sibling_index) == (2, 1)
    workspace.page.transcript.sibling_requested.emit(model.entry(1).id, -1)
    qtbot.waitUntil(lambda: texts(workspace) == ["Which?", "Good evening."])
    assert model.entry(1).sibling_index == 0


def test_what_cannot_be_kept_stays_in_the_field(
    qtbot: QtBot, workspace: Workspace, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise StorageFullError("The disk is full.")

    monkeypatch.setattr("desktop.services.replies.conversations.create_chat", full)
    begin(workspace, "Precious words")
    qtbot.waitUntil(lambda: workspace.page.notices.words("problem") == "The disk is full.")
    assert workspace.page.composer.text == "Precious words"
    assert stopped(workspace)


def test_a_missing_model_still_opens_the_chat_and_offers_another(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    ask("Remember me")
    session.models.unload()
    session.models.current().path.unlink()
    session.models.use(session.models.current().path)
    qtbot.waitUntil(lambda: "model file" in workspace.page.notices.words("model"))
    assert texts(workspace)[0] == "Remember me"
    assert "file missing" in workspace.page.composer.chip.text()
    begin(workspace, "Are you there?")
    qtbot.waitUntil(lambda: "Are you there?" in texts(workspace) and stopped(workspace))
    assert workspace.page.notices.words("model")
    assert not workspace.page.notices.words("problem")


def test_a_chosen_model_is_remembered(
    qtbot: QtBot, workspace: Workspace, session: Session, tmp_path: Path
) -> None:
    chosen = tmp_path / "another.gguf"
    write_gguf(chosen)
    workspace.models.add(chosen)
    qtbot.waitUntil(lambda: len(workspace.models.page.frames) == 2)
    workspace.models.page.frames[1].use_button.click()
    qtbot.waitUntil(lambda: session.models.current().path == chosen)
    kept = session._database.read(lambda c: get_setting(c, "model.path")).result()
    assert kept == str(chosen)


def test_a_suggestion_goes_into_the_field_unsent(workspace: Workspace) -> None:
    button = workspace.page.empty.suggestions[0]
    button.click()
    assert workspace.page.composer.text == button.text()
    assert workspace.chat.shown is None


def test_copying_a_message_takes_its_text(qtbot: QtBot, workspace: Workspace, ask: Ask) -> None:
    ask("Copy this")
    workspace.page.transcript.copy_message_requested.emit(workspace.page.transcript.model.entry(0).id)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "Copy this")


def test_an_address_is_shown_in_full_before_anything_opens_it(
    qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    [links] = workspace.page.findChildren(LinkPresenter)
    monkeypatch.setattr(links, "_open_address", lambda url: opened.append(url.toString()) or True)
    bar = workspace.page.link_bar
    address = "https://example.org/" + "very-long/" * 40 + "?end"
    workspace.page.transcript.link_requested.emit(address)
    assert bar.isVisible()
    assert bar.address.text().replace("\u200b", "") == address
    assert opened == []
    qtbot.keyClick(bar.cancel_button, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    workspace.page.transcript.link_requested.emit(address)
    bar.open_button.click()
    qtbot.waitUntil(lambda: opened == [address])


def test_letters_that_imitate_others_are_spelt_out(workspace: Workspace) -> None:
    bar = workspace.page.link_bar
    bar.ask("https://\u0430pple.com/")  # a Cyrillic a
    assert "xn--" in bar.address.accessibleName()


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "javascript:alert(1)", "smb://host/x", "about:blank"]
)
def test_other_addresses_cannot_be_opened(workspace: Workspace, address: str) -> None:
    bar = workspace.page.link_bar
    bar.ask(address)
    assert not bar.open_button.isVisible()
    assert bar.address.accessibleName() == address


def test_where_nothing_opens_addresses_one_is_told(
    qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    [links] = workspace.page.findChildren(LinkPresenter)
    monkeypatch.setattr(links, "_open_address", lambda _url: False)
    workspace.page.link_bar.ask("https://example.org/")
    workspace.page.link_bar.open_button.click()
    qtbot.waitUntil(lambda: "clipboard" in workspace.page.notices.words("problem"))
    assert QGuiApplication.clipboard().text() == "https://example.org/"


def test_renaming_in_the_header_reaches_the_list(qtbot: QtBot, workspace: Workspace, ask: Ask) -> None:
    chat_id = ChatId(ask("Old name"))
    qtbot.keyClick(workspace.page.composer.edit, Qt.Key.Key_F2)
    assert workspace.page.header.title_edit.isVisible()
    workspace.page.header.title_edit.setText("New & better")
    qtbot.keyClick(workspace.page.header.title_edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workspace.sidebar.chats.index_of(chat_id).data() == "New & better")
    assert "New & better" in workspace.page.header.title_button.accessibleName()
    ask("Another question")
    assert workspace.sidebar.chats.index_of(chat_id).data() == "New & better"


def test_pressing_the_title_renames(qtbot: QtBot, workspace: Workspace, ask: Ask) -> None:
    ask("Old name")
    workspace.page.header.title_button.click()  # what a screen reader does
    assert workspace.page.header.title_edit.isVisible()
    assert workspace.page.header.title_edit.text() == "Old name"


def test_a_bug_s_words_are_not_shown(workspace: Workspace) -> None:
    workspace._problems.show(RuntimeError("private words"))
    assert "private words" not in workspace.page.notices.words("problem")
    assert "mistake of its own" in workspace.page.notices.words("problem")


def test_another_model_for_one_chat_and_the_way_back(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Callable[[str], str], tmp_path: Path
) -> None:
    chip = workspace.page.composer.chip
    added = session.library.add(write_gguf(tmp_path / "other.gguf"))
    ask("Hello")
    workspace._models.reload()
    qtbot.waitUntil(lambda: [a.text() for a in chip.offered] == ["Scripted", added.name])
    chip.offered[1].trigger()
    qtbot.waitUntil(lambda: chip.text().startswith(added.name))
    assert chip.offered[1].isChecked()
    assert session.library.default.name == "Scripted"
    workspace.do(Command.NEW_CHAT)
    qtbot.waitUntil(lambda: chip.text().startswith("Scripted"))
    chip.offered[1].trigger()  # where no chat has begun: all that say nothing else
    qtbot.waitUntil(lambda: session.library.default.id == added.id)
    chip.offered[0].trigger()
    qtbot.waitUntil(lambda: session.library.default == session.models.original)
