# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a person does with branches: only what they delete goes, and the path stays a path."""

from __future__ import annotations

import queue
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from scripted_engine import ScriptedEngine, say, say_then_fail

from desktop.domain.conversation import ChatId, Message, MessageId, Role, Status
from desktop.domain.errors import UserActionError
from desktop.domain.generation import FaultKind
from desktop.services.models import ModelChoice, Models
from desktop.services.replies import Ended, OnReplyEvent, Rejected, ReplyEvent
from desktop.services.session import Session

pick = st.integers(0, 10_000)
words = st.sampled_from(["kettle", "a\nb", "長い夜", "x" * 40, "ünï"])


class Branching(RuleBasedStateMachine):
    """Every operation on the tree, in any order, over the real services."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "model.gguf"
        file.touch()
        self.engine = ScriptedEngine(say("Good ", "evening."))
        self.session = Session(None, Models(self.engine, ModelChoice(file, "Scripted")))
        self.texts: dict[MessageId, str] = {}
        self.chat_of: dict[MessageId, ChatId] = {}
        self.hidden: list[tuple[ChatId, ChatId, set[MessageId]]] = []
        self.send("Hello", None)

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.folder.cleanup()

    # What there is

    def chats(self) -> list[ChatId]:
        return [chat.id for chat in self.session.history.chats().result()]

    def everything(self) -> dict[ChatId, list[Message]]:
        return {chat: self.session.history.all_messages(chat).result() for chat in self.chats()}

    def any_message(self, chance: int, role: Role | None = None) -> Message | None:
        there = [m for group in self.everything().values() for m in group if role is None or m.role is role]
        return there[chance % len(there)] if there else None

    def note(self, chat: ChatId) -> None:
        """Whatever is in a chat now and was not known before is committed, and must stay."""
        for message in self.session.history.all_messages(chat).result():
            self.texts.setdefault(message.id, message.content)
            self.chat_of.setdefault(message.id, chat)

    def below(self, root: Message) -> set[MessageId]:
        found = {root.id}
        for message in self.session.history.all_messages(root.chat_id).result():
            if message.parent_id in found:
                found.add(message.id)
        return found

    def answered(self, begin: object) -> Ended:
        events: queue.SimpleQueue[ReplyEvent] = queue.SimpleQueue()
        put: OnReplyEvent = events.put
        begin(put)  # type: ignore[operator]
        while True:
            event = events.get(timeout=20)
            assert not isinstance(event, Rejected)
            if isinstance(event, Ended):
                assert event.error is None
                self.note(event.reply.chat_id)
                return event

    # What a person does

    def send(self, text: str, chat: ChatId | None) -> None:
        self.answered(lambda on: self.session.replies.send(text, on, chat_id=chat))

    @rule(chance=pick, text=words)
    def ask(self, chance: int, text: str) -> None:
        there = self.chats()
        self.send(text, there[chance % len(there)] if there else None)

    @rule(chance=pick, text=words)
    def edit_question(self, chance: int, text: str) -> None:
        message = self.any_message(chance, Role.USER)
        if message is not None:
            self.answered(lambda on: self.session.replies.edit(message.chat_id, message.id, text, on))

    @rule(chance=pick, text=words)
    def edit_answer(self, chance: int, text: str) -> None:
        message = self.any_message(chance, Role.ASSISTANT)
        if message is not None:
            made = self.session.branches.edit_answer(message.chat_id, message.id, text).result()
            self.note(message.chat_id)
            assert made.edited
            assert self.texts[made.id] == text

    @rule(chance=pick, fails=st.booleans())
    def regenerate(self, chance: int, fails: bool) -> None:
        message = self.any_message(chance)
        if message is None:
            return
        before, self.engine.script = (
            self.engine.script,
            (say_then_fail("Half a", kind=FaultKind.CRASHED) if fails else self.engine.script),
        )
        self.answered(lambda on: self.session.replies.regenerate(message.chat_id, message.id, on))
        self.engine.script = before

    @rule(chance=pick)
    def go_on(self, chance: int) -> None:
        there = [m for group in self.everything().values() for m in group if m.can_continue]
        if there:
            old = there[chance % len(there)]
            made = self.answered(lambda on: self.session.replies.go_on(old.chat_id, old.id, on)).reply
            assert made.content == old.content + "Good evening."
            assert made.parent_id == old.parent_id

    @rule(chance=pick, step=st.sampled_from([-1, 1]))
    def switch(self, chance: int, step: int) -> None:
        message = self.any_message(chance)
        if message is not None:
            found = self.session.branches.show_version(message.chat_id, message.id, step).result()
            path = [entry.id for entry in self.session.history.path(message.chat_id).result()]
            assert found is None or found in path

    @rule(chance=pick)
    def end_at(self, chance: int) -> None:
        message = self.any_message(chance)
        if message is not None:
            self.session.branches.end_at(message.chat_id, message.id).result()

    @precondition(lambda self: len(self.chats()) < 4)
    @rule(chance=pick)
    def fork(self, chance: int) -> None:
        message = self.any_message(chance)
        if message is None:
            return
        self.session.history.show_message(message.chat_id, message.id).result()
        path = self.session.history.path(message.chat_id).result()
        until = [entry.id for entry in path].index(message.id) + 1
        made = self.session.branches.fork(message.chat_id, message.id).result()
        assert not made.training_consent
        self.note(made.id)
        copied = self.session.history.all_messages(made.id).result()
        assert [m.content for m in copied] == [self.texts[entry.id] for entry in path[:until]]

    @rule(chance=pick)
    def delete(self, chance: int) -> None:
        message = self.any_message(chance)
        if message is not None:
            gone = self.below(message)
            size = self.session.branches.size(message.chat_id, message.id).result()
            removed = self.session.branches.delete(message.chat_id, message.id).result()
            assert size == removed.messages == len(gone)
            self.hidden.append((removed.id, message.chat_id, gone))

    @precondition(lambda self: self.hidden)
    @rule(chance=pick)
    def undo(self, chance: int) -> None:
        place = chance % len(self.hidden)
        try:
            self.session.branches.undo_delete([self.hidden[place][0]]).result()
        except UserActionError:  # what it hung on is hidden, or erased, too
            return
        self.hidden.pop(place)

    @precondition(lambda self: self.hidden)
    @rule()
    def undo_all(self) -> None:
        """As the window does: all that is still offered, of one chat."""
        chat = self.hidden[-1][1]
        ours = [one for one in self.hidden if one[1] == chat]
        try:
            self.session.branches.undo_delete([one[0] for one in ours]).result()
        except UserActionError:
            return
        self.hidden = [one for one in self.hidden if one[1] != chat]

    @precondition(lambda self: self.hidden)
    @rule(chance=pick)
    def erase(self, chance: int) -> None:
        removed, _chat, gone = self.hidden.pop(chance % len(self.hidden))
        receipt = self.session.branches.erase([removed])
        assert (receipt.deleted_chats, receipt.deleted_messages) == (0, len(gone))
        for message_id in gone:
            del self.texts[message_id]

    # What always holds

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "session"):
            return
        hidden = {message for _removed, _chat, gone in self.hidden for message in gone}
        there = {m.id: m.content for group in self.everything().values() for m in group}
        assert there == {one: text for one, text in self.texts.items() if one not in hidden}

    @invariant()
    def the_path_is_a_path(self) -> None:
        if not hasattr(self, "session"):
            return
        for chat in self.session.history.chats().result():
            messages = {m.id: m for m in self.session.history.all_messages(chat.id).result()}
            path = self.session.history.path(chat.id).result()
            above: MessageId | None = None
            for entry in path:
                assert messages[entry.id].parent_id == above
                above = entry.id
            assert above == chat.head_id
            assert bool(path) == bool(messages)
            assert chat.messages == len(messages)
            assert all(m.status is not Status.STREAMING for m in messages.values())
            rows = self.session.branches.map(chat.id).result().rows
            assert sorted(row.id for row in rows) == sorted(messages)
            assert [row.id for row in rows if row.shown] == [entry.id for entry in path]
            assert all(row.level == 0 for row in rows if row.shown)

    @invariant()
    def the_database_is_sound(self) -> None:
        if hasattr(self, "session"):
            check = "INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)"
            self.session._database.write(lambda c: c.execute(check).fetchall()).result()
            read = self.session._database.read
            assert read(lambda c: c.execute("PRAGMA foreign_key_check").fetchall()).result() == []


TestBranching = Branching.TestCase
TestBranching.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_an_edit_without_words_is_refused(session: Session) -> None:
    with pytest.raises(UserActionError, match="delete it"):
        session.branches.edit_answer(ChatId("c"), MessageId("m"), " \n")
