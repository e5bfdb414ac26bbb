# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the models as a person uses it: add, look, choose, insist, unload, remove, drop, keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine

from desktop.domain.generation import EngineState
from desktop.services.session import Session
from desktop.ui.models.page import ModelsPage
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from tests.gguf_file import write_gguf


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace) -> ModelsPage:
    workspace.sidebar.models_button.click()
    page = workspace.models.page
    qtbot.waitUntil(lambda: bool(page.frames))
    return page


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def drop(target: QWidget, *files: Path) -> bool:
    """Carry files over a widget and let them go there, as the system would."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    let_go = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, let_go)
    return True


def test_a_file_is_added_chosen_and_removed(
    qtbot: QtBot, workspace: Workspace, session: Session, page: ModelsPage, tmp_path: Path
) -> None:
    file = write_gguf(tmp_path / "mine.gguf")
    workspace.models.add(file)
    qtbot.waitUntil(lambda: len(page.frames) == 2)
    assert page.said.text() == "Tiny Instruct · F16 was added."
    frame = page.frames[1]
    assert "apache-2.0" in words(frame)
    assert "It fits." in words(frame)
    assert frame.use_button.accessibleName() == "Use for all chats: Tiny Instruct · F16"
    frame.use_button.click()
    qtbot.waitUntil(lambda: session.library.default.id == frame.known.id)
    qtbot.waitUntil(lambda: "answers" in words(page.frames[1]))
    assert workspace.page.composer.chip.text().startswith("Tiny Instruct")
    page.frames[1].remove_button.click()
    question = page.frames[1].question
    assert question.isVisible()
    assert "its file stays where it is" in words(question)
    qtbot.keyClick(question.no_button, Qt.Key.Key_Escape)
    assert not question.isVisible()
    assert page.isVisible()
    page.frames[1].remove_button.click()
    question.yes_button.click()
    qtbot.waitUntil(lambda: len(page.frames) == 1)
    assert session.library.default == session.models.original
    assert file.is_file()


def test_the_card_keeps_claims_and_measurements_apart(
    qtbot: QtBot, workspace: Workspace, page: ModelsPage, tmp_path: Path
) -> None:
    file = write_gguf(tmp_path / "base.gguf", without=("tokenizer.chat_template", "general.license"))
    workspace.models.add(file)
    qtbot.waitUntil(lambda: len(page.frames) == 2)
    page.frames[1].details_button.click()
    shown = words(page.details)
    for told in ("This is a base model", "Nobody checked it", "not stated in the file", "not measured yet"):
        assert told in shown
    assert page.frames[1].known.sha256 in shown.replace("\u200b", "")
    assert "The House: Tiny" in shown
    assert "house/hearth-talk" in shown
    qtbot.keyClick(page.details.back_button, Qt.Key.Key_Escape)
    assert page.frames[1].details_button.hasFocus()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert workspace.page.isVisible()


def test_what_is_no_model_is_said_and_nothing_is_added(
    qtbot: QtBot, workspace: Workspace, page: ModelsPage, tmp_path: Path
) -> None:
    workspace.models.add(write_gguf(tmp_path / "cut.gguf", cut=9))
    qtbot.waitUntil(lambda: "cut off or damaged" in page.said.text())
    assert page.add_button.isEnabled()
    assert len(page.frames) == 1


def test_reading_can_be_stopped(qtbot: QtBot, workspace: Workspace, page: ModelsPage, tmp_path: Path) -> None:
    big = write_gguf(tmp_path / "big.gguf")
    with big.open("r+b") as file:
        file.truncate(40 * 1024**3)
    workspace.models.add(big)
    qtbot.waitUntil(page.stop_button.isVisible)
    assert page.stop_button.hasFocus()
    page.stop_button.click()
    qtbot.waitUntil(lambda: page.said.text() == "Stopped. Nothing was added.")
    assert page.add_button.hasFocus()


def test_what_does_not_fit_asks_first(
    qtbot: QtBot,
    workspace: Workspace,
    session: Session,
    page: ModelsPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session.models, "_free_memory", lambda: 1_000_000)
    workspace.models.add(write_gguf(tmp_path / "mine.gguf"))
    qtbot.waitUntil(lambda: len(page.frames) == 2)
    frame = page.frames[1]
    assert "It does not fit." in words(frame)
    frame.use_button.click()
    qtbot.waitUntil(frame.question.isVisible)
    assert session.models.current_name() == "Scripted"
    frame.question.yes_button.click()
    qtbot.waitUntil(lambda: session.models.current().id == frame.known.id)
    session.models.ensure_loaded()


def test_the_memory_is_given_back(
    qtbot: QtBot, session: Session, page: ModelsPage, engine: ScriptedEngine
) -> None:
    session.models.ensure_loaded()
    qtbot.waitUntil(lambda: page.frames[0].unload_button.isVisible() is True)
    page.frames[0].unload_button.click()
    qtbot.waitUntil(lambda: engine.state is EngineState.UNLOADED)
    qtbot.waitUntil(lambda: not page.frames[0].unload_button.isVisible())


def test_a_model_dropped_anywhere_is_added_and_nothing_else_is_taken(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    file = write_gguf(tmp_path / "Mine.GGUF")
    other = shutil.copy(file, tmp_path / "notes.txt")
    assert not drop(workspace, Path(other))
    assert not drop(workspace, file, Path(other))
    assert drop(workspace, file)
    qtbot.waitUntil(lambda: len(workspace.models.page.frames) == 2)
    assert workspace.models.page.isVisible()


def test_one_key_opens_and_leaves_it(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.do(Command.MODELS)
    assert workspace.models.page.isVisible()
    assert workspace.sidebar.models_button.isChecked()
    qtbot.waitUntil(lambda: bool(workspace.models.page.frames))
    workspace.do(Command.MODELS)
    assert workspace.page.isVisible()


def test_a_temporary_chat_chooses_among_the_known_models_and_keeps_nothing(
    qtbot: QtBot,
    workspace: Workspace,
    session: Session,
    temporary_engines: list[ScriptedEngine],
    tmp_path: Path,
) -> None:
    added = session.library.add(write_gguf(tmp_path / "mine.gguf"))
    workspace.do(Command.TEMPORARY)
    qtbot.waitUntil(lambda: workspace.temporary.page is not None)
    temporary = workspace.temporary.page
    assert temporary is not None
    chip = temporary.composer.chip
    qtbot.waitUntil(lambda: [action.text() for action in chip.offered] == ["Scripted", added.name])
    chip.offered[1].trigger()
    qtbot.waitUntil(lambda: temporary_engines[0].specs[-1:] != [] and chip.text().startswith(added.name))
    qtbot.waitUntil(lambda: temporary_engines[0].specs[-1].path == added.path)
    assert session.library.default.name == "Scripted"


def test_a_chat_with_a_model_of_its_own_is_answered_by_it(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Callable[[str], str], tmp_path: Path
) -> None:
    added = session.library.add(write_gguf(tmp_path / "mine.gguf"))
    ask("One")
    workspace._models.reload()
    chip = workspace.page.composer.chip
    qtbot.waitUntil(lambda: len(chip.offered) == 2)
    chip.offered[1].trigger()
    qtbot.waitUntil(lambda: session.models.current().id == added.id)
    chat = ask("Two")
    from desktop.domain.conversation import ChatId

    last = session.history.all_messages(ChatId(chat)).result()[-1]
    assert last.model == added.name
