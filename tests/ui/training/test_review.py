# SPDX-License-Identifier: GPL-3.0-or-later
"""Training in the window: rating answers, the marks, the settings, the review and the data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.archive import ArchivedMessage
from desktop.domain.conversation import ChatId, Message, Role, Status
from desktop.domain.training import Rating
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.training import figures_in_words
from desktop.services.vault import VaultService
from desktop.storage.archive import insert_chat, read_chat
from desktop.ui.chat.feedback_presenter import FeedbackPresenter
from desktop.ui.shell import data_pages
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.sidebar.chat_model import Roles
from desktop.ui.training import training_card
from desktop.ui.training.review_page import ReviewPage
from tests.conftest import PASSPHRASE

Ask = Callable[[str], str]


@pytest.fixture
def session(profile: Profile, models: Models) -> Iterator[Session]:
    session = VaultService(profile, lambda vault: Session(vault, models)).create(PASSPHRASE)
    yield session
    session.close()


def allow(session: Session, chat_id: str) -> None:
    session.history.set_training_consent([ChatId(chat_id)], True).result()


def answer_of(session: Session, chat_id: str) -> Message:
    messages = session.history.all_messages(ChatId(chat_id)).result()
    return next(message for message in messages if message.role is Role.ASSISTANT)


@pytest.fixture
def review(qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask) -> ReviewPage:
    """Opened from the settings, with one allowed chat."""
    allow(session, ask("Anna Schmidt met Peter Weber at the Walnut Club"))
    workspace.do(Command.SETTINGS)
    workspace.settings.training.review_button.click()
    page = workspace.data.review
    qtbot.waitUntil(lambda: page.panel.values.count() == 2)
    return page


def texts(page: ReviewPage) -> list[str]:
    return [page.panel.values.item(place).text() for place in range(page.panel.values.count())]


def test_an_answer_is_rated_explained_and_unrated(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    answer = answer_of(session, ask("Greet me"))
    feedback = workspace.page.findChild(FeedbackPresenter)
    assert session.training is not None

    def kept() -> object:
        return session.training.feedback([answer.id]).result().get(answer.id)

    menu = feedback.menu_of(answer, None, workspace.page)
    words = [action.text() for action in menu.actions()]
    assert words[:2] == ["Good answer", "Bad answer"]
    assert not menu.actions()[2].isEnabled()
    menu.actions()[1].trigger()
    bar = workspace.page.feedback_bar
    qtbot.waitUntil(bar.isVisible)
    bar.reason.setText("curt")
    bar.correction.setPlainText("With pleasure.")
    bar.save_button.click()
    qtbot.waitUntil(lambda: getattr(kept(), "correction", None) == "With pleasure.")
    assert kept().rating is Rating.DOWN
    assert not bar.isVisible()

    again = feedback.menu_of(answer, kept(), workspace.page)
    assert again.actions()[1].isChecked()
    again.actions()[2].trigger()
    assert bar.reason.text() == "curt"
    qtbot.keyClick(bar.reason, Qt.Key.Key_Escape)
    again.actions()[1].trigger()
    qtbot.waitUntil(lambda: kept() is None)


def test_questions_and_temporary_chats_are_not_rated(
    workspace: Workspace, session: Session, ask: Ask
) -> None:
    chat_id = ask("Greet me")
    question = session.history.all_messages(ChatId(chat_id)).result()[0]
    feedback = workspace.page.findChild(FeedbackPresenter)
    menu = feedback.menu_of(question, None, workspace.page)
    assert not any(action.isCheckable() for action in menu.actions())


def test_the_list_marks_what_may_be_used(qtbot: QtBot, workspace: Workspace, ask: Ask) -> None:
    chat_id = ChatId(ask("Greet me"))
    model = workspace.sidebar.chats
    index = model.index_of(chat_id)
    assert not index.data(Roles.CONSENT)
    qtbot.waitUntil(lambda: len(workspace.page.header.menu().actions()) > 7)
    workspace.page.header.menu().actions()[-1].trigger()
    qtbot.waitUntil(lambda: bool(model.index_of(chat_id).data(Roles.CONSENT)))
    spoken = model.index_of(chat_id).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("may be used for training")


def test_the_review_shows_what_is_taken_out(review: ReviewPage) -> None:
    assert texts(review) == ["[NAME_1] Anna Schmidt", "[NAME_2] Peter Weber"]
    assert "Anna Schmidt [NAME_1] met" in review.panel.text.toPlainText()


def test_the_person_decides(qtbot: QtBot, review: ReviewPage) -> None:
    review.panel.values.item(1).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: any("left as it is" in text for text in texts(review)))
    cursor = review.panel.text.document().find("Walnut Club")
    assert not cursor.isNull()
    review.panel.text.setTextCursor(QTextCursor(cursor))
    assert review.panel.hide_button.isEnabled()
    review.panel.hide_button.click()
    qtbot.waitUntil(lambda: any("Walnut Club" in text for text in texts(review)))


def test_the_person_decides_without_a_mouse(qtbot: QtBot, review: ReviewPage) -> None:
    """Reject with the space bar, add with a selection made by keys."""
    values = review.panel.values
    values.setFocus()
    values.setCurrentRow(1)
    assert review.panel.text.textCursor().block().text().startswith("Anna Schmidt")  # brought into view
    qtbot.keyClick(values, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: any("left as it is" in text for text in texts(review)))
    qtbot.keyClick(values, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not any("left as it is" in text for text in texts(review)))
    text = review.panel.text
    text.setFocus()
    cursor = text.document().find("Walnut Club")
    cursor.setPosition(cursor.selectionStart())
    text.setTextCursor(cursor)
    for _letter in "Walnut Club":
        qtbot.keyClick(text, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert text.textCursor().selectedText() == "Walnut Club"
    qtbot.keyClick(text, Qt.Key.Key_Tab)  # leaves it, and writes nothing
    assert not text.hasFocus()
    review.panel.hide_button.setFocus()
    qtbot.keyClick(review.panel.hide_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: any("Walnut Club" in text for text in texts(review)))


def test_the_figures_stand_in_the_review(qtbot: QtBot, review: ReviewPage) -> None:
    words = lambda: [one.text() for one in review.findChildren(QLabel)]  # noqa: E731
    qtbot.waitUntil(lambda: figures_in_words() in words())


def test_every_message_of_a_long_chat_is_reached(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    chat_id = ChatId(ask("The first of very many"))
    archived = session._database.read(lambda c: read_chat(c, chat_id)).result()
    parent, messages = archived.head_id, []
    for number in range(1200):
        one = ArchivedMessage(
            f"long{number}",
            parent,
            Role.USER,
            f"message number {number}. " + "word " * 20,
            Status.COMPLETE,
            archived.created_at,
        )
        parent = one.id
        messages.append(one)
    copy = msgspec.structs.replace(
        archived,
        id="long",
        title="Long",
        head_id=parent,
        messages=[
            *(msgspec.structs.replace(m, id=f"c{m.id}"[:60], parent_id=None) for m in archived.messages[:1]),
            msgspec.structs.replace(messages[0], parent_id=None),
            *messages[1:],
        ],
    )
    session._database.write(lambda c: insert_chat(c, copy)).result()
    allow(session, "long")
    workspace.do(Command.SETTINGS)
    workspace.settings.training.review_button.click()
    panel = workspace.data.review.panel
    qtbot.waitUntil(lambda: "message number 0." in panel.text.toPlainText())
    seen = panel.text.toPlainText()
    assert panel.place.text().startswith("Page 1 of ")
    panel.later_button.setFocus()
    while panel.later_button.isEnabled():
        qtbot.keyClick(panel.later_button, Qt.Key.Key_Space)
        seen += panel.text.toPlainText()
    assert all(f"message number {number}." in seen for number in range(1200))
    panel.earlier_button.click()
    assert panel.later_button.isEnabled()


def test_withdrawing_empties_it_and_unmarks_the_list(
    qtbot: QtBot, workspace: Workspace, review: ReviewPage
) -> None:
    chat_id = review.panel.current()
    assert chat_id is not None
    review.withdraw_button.click()
    qtbot.waitUntil(lambda: review.panel.current() is None)
    assert "Nothing of it was exported" in review.said.text()
    assert not workspace.sidebar.chats.index_of(ChatId(chat_id)).data(Roles.CONSENT)
    assert not review.export_button.isEnabled()
    qtbot.keyClick(review, Qt.Key.Key_Escape)
    assert workspace.settings.isVisible()


def test_the_data_set_is_written(
    qtbot: QtBot, review: ReviewPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_pages, "choose_folder", lambda *_: tmp_path)
    review.export_button.click()
    qtbot.waitUntil(lambda: "1 examples" in review.said.text(), timeout=10_000)
    (out,) = (entry for entry in tmp_path.iterdir() if entry.name.startswith("inglenook-training"))
    assert "Anna" not in (out / "chats.jsonl").read_text(encoding="utf-8")
    review.export_button.click()  # the same day once more
    qtbot.waitUntil(lambda: "already" in review.said.text())


def test_settings_keep_the_default_and_the_terms(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    assert session.training is not None
    workspace.do(Command.SETTINGS)
    card = workspace.settings.training
    qtbot.mouseClick(card.default, Qt.MouseButton.LeftButton, pos=QPoint(10, card.default.height() // 2))
    qtbot.waitUntil(lambda: session.training.is_default().result())
    card.show_default(True)  # what was read before the click may have come after it
    card.default.toggle()  # as a screen reader does, which does not click
    qtbot.waitUntil(lambda: not session.training.is_default().result())
    card.default.toggle()
    qtbot.waitUntil(lambda: session.training.is_default().result())
    card.terms.setPlainText("Rosenweg\n\n  Zoltan  ")
    card.keep_button.click()
    qtbot.waitUntil(lambda: card.terms.toPlainText() == "Rosenweg\nZoltan")
    workspace.do(Command.NEW_CHAT)
    chat_id = ask("Greet me")
    assert session.history.chat(ChatId(chat_id)).result().training_consent


def test_settings_say_whether_a_name_model_is_installed(
    qtbot: QtBot, workspace: Workspace, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session.training is not None
    found: list[str] = []
    monkeypatch.setattr(training_card, "installed", lambda: found)
    workspace.do(Command.SETTINGS)
    card = workspace.settings.training
    words = lambda: " ".join(one.text() for one in card.findChildren(QLabel))  # noqa: E731
    qtbot.waitUntil(lambda: "No name model is installed" in words())
    assert not card.name_model.isVisible()
    found.append("xx_ent_wiki_sm")
    workspace.do(Command.SETTINGS)
    workspace.do(Command.SETTINGS)
    qtbot.waitUntil(card.name_model.isVisible)
    assert "xx_ent_wiki_sm" in words()
    assert card.name_model.isChecked()
    qtbot.mouseClick(
        card.name_model, Qt.MouseButton.LeftButton, pos=QPoint(10, card.name_model.height() // 2)
    )
    qtbot.waitUntil(lambda: not session.training.uses_name_model().result())
