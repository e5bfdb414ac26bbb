# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is done, in whatever order, nothing of a chat without consent gets into a training set."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from desktop.domain.archive import ArchivedChat
from desktop.domain.conversation import ChatId, MessageId, Role, Status
from desktop.domain.correction import Wish
from desktop.domain.errors import UserActionError
from desktop.domain.training import Rating
from desktop.services.training import Training
from desktop.storage import branches, consent, conversations, correction, deletion, feedback
from desktop.storage import training as stored
from desktop.storage.archive import insert_chat, read_chat
from desktop.storage.database import Database

numbers = st.integers(0, 7)


class Consent(RuleBasedStateMachine):
    """A few chats, each with a word that stands in no other; the model knows which of them may leave."""

    def __init__(self) -> None:
        super().__init__()
        self.database = Database.in_memory()
        self.training = Training(self.database)
        self.folder = Path(tempfile.mkdtemp(prefix="inglenook-consent-"))
        self.chats: list[ChatId] = []
        self.words: dict[ChatId, str] = {}
        self.given: dict[ChatId, bool] = {}
        self.hidden: set[ChatId] = set()
        self.gone: set[ChatId] = set()
        self.exports = 0
        self.default = False

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def pick(self, number: int, *, shown: bool = True) -> ChatId | None:
        there = [one for one in self.chats if one not in self.gone and not (shown and one in self.hidden)]
        return there[number % len(there)] if there else None

    def add(self, chat_id: ChatId, word: str, given: bool) -> None:
        self.chats.append(chat_id)
        self.words[chat_id] = word
        self.given[chat_id] = given

    @rule()
    def begin(self) -> None:
        word = f"word{len(self.chats)}x"
        chat = self.database.write(
            lambda c: conversations.create_chat(c, title=word, training_consent=stored.is_default(c))
        ).result()
        self.add(chat.id, word, self.default)

    @rule(number=numbers, role=st.sampled_from([Role.USER, Role.ASSISTANT]), ended=st.booleans())
    def tell(self, number: int, role: Role, ended: bool) -> None:
        chat_id = self.pick(number)
        if chat_id is None:
            return
        status = Status.COMPLETE if ended or role is Role.USER else Status.STOPPED

        def add(connection: object) -> None:
            chat = conversations.get_chat(connection, chat_id)  # type: ignore[arg-type]
            conversations.add_message(
                connection,  # type: ignore[arg-type]
                chat_id,
                parent_id=chat.head_id,
                role=role,
                content=f"say {self.words[chat_id]}",
                status=status,
            )

        self.database.write(add).result()

    @rule(number=numbers, given=st.booleans())
    def consent(self, number: int, given: bool) -> None:
        chat_id = self.pick(number)
        if chat_id is not None:
            self.database.write(lambda c: consent.set_consent(c, [chat_id], given)).result()
            self.given[chat_id] = given

    @rule(given=st.booleans())
    def set_default(self, given: bool) -> None:
        self.training.set_default(given).result()
        self.default = given

    @rule(number=numbers, rating=st.sampled_from([*Rating, None]), corrected=st.booleans())
    def rate(self, number: int, rating: Rating | None, corrected: bool) -> None:
        chat_id = self.pick(number)
        if chat_id is None:
            return
        correction = f"better {self.words[chat_id]}" if corrected else None

        def note(connection: object) -> None:
            messages = conversations.all_messages(connection, chat_id)  # type: ignore[arg-type]
            for message in messages:
                if message.role is Role.ASSISTANT:
                    feedback.set_feedback(
                        connection,  # type: ignore[arg-type]
                        MessageId(message.id),
                        rating,
                        correction=correction,
                    )

        self.database.write(note).result()

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        chat_id = self.pick(number)
        if chat_id is not None:
            due = datetime.now(UTC) + timedelta(seconds=10)
            self.database.write(lambda c: deletion.mark_deleted(c, [chat_id], due)).result()
            self.hidden.add(chat_id)

    @rule()
    def undo(self) -> None:
        back = [one for one in self.hidden if one not in self.gone]
        self.database.write(lambda c: deletion.undelete(c, back)).result()
        self.hidden -= set(back)

    @rule(number=numbers)
    def erase(self, number: int) -> None:
        chat_id = self.pick(number, shown=False)
        if chat_id is not None:
            deletion.purge(self.database, None, [chat_id])
            self.gone.add(chat_id)

    @rule(number=numbers)
    def copy_in(self, number: int) -> None:
        """An import, or a temporary chat that is kept: without consent, whatever the original had."""
        chat_id = self.pick(number)
        if chat_id is None:
            return
        word = f"word{len(self.chats)}x"
        told = self.database.read(lambda c: read_chat(c, chat_id)).result()
        copy = ArchivedChat(
            id=f"copy{len(self.chats)}",
            title=word,
            created_at=told.created_at,
            updated_at=told.updated_at,
            messages=[],
            system_prompt=f"about {word}",
            consent=told.consent,
        )
        self.add(self.database.write(lambda c: insert_chat(c, copy)).result(), word, False)

    @rule(number=numbers)
    def move_in(self, number: int) -> None:
        """Out of an archive of a computer where it may have been allowed."""
        chat_id = self.pick(number)
        if chat_id is None:
            return
        word = f"word{len(self.chats)}x"
        line = msgspec.json.encode(self.database.read(lambda c: read_chat(c, chat_id)).result())
        told = msgspec.json.decode(
            line.replace(self.words[chat_id].encode(), word.encode()), type=ArchivedChat
        )
        came = msgspec.structs.replace(told, id=f"moved{len(self.chats)}")
        self.add(self.database.write(lambda c: insert_chat(c, came)).result(), word, False)

    @rule(number=numbers)
    def fork(self, number: int) -> None:
        """A copy of a part begins without consent, whatever the whole has."""
        chat_id = self.pick(number)
        if chat_id is None:
            return
        head = self.database.read(lambda c: conversations.get_chat(c, chat_id)).result().head_id
        if head is None:
            return
        made = self.database.write(lambda c: branches.fork(c, chat_id, head, "a part")).result()
        self.add(made.id, self.words[chat_id], False)

    @rule(number=numbers)
    def correct(self, number: int) -> None:
        chat_id = self.pick(number, shown=False)
        if chat_id is None:
            return
        word = f"word{len(self.chats)}n{self.exports}corrected"
        correction.correct(self.database, None, Wish(self.words[chat_id], word))
        for one, known in self.words.items():
            if known == self.words[chat_id] and one != chat_id:
                self.words[one] = word
        self.words[chat_id] = word

    @rule(numbers=st.lists(numbers, min_size=2, max_size=4), given=st.booleans())
    def consent_of_several(self, numbers: list[int], given: bool) -> None:
        """As the list does for all that are chosen."""
        several = list(dict.fromkeys(filter(None, map(self.pick, numbers))))
        if several:
            self.database.write(lambda c: consent.set_consent(c, several, given)).result()
            self.given |= dict.fromkeys(several, given)

    @rule(number=numbers)
    def edit(self, number: int) -> None:
        chat_id = self.pick(number)
        if chat_id is None:
            return
        messages = self.database.read(lambda c: conversations.all_messages(c, chat_id)).result()
        answers = [one.id for one in messages if one.role is Role.ASSISTANT]
        if answers:
            text = f"edited {self.words[chat_id]}"
            self.database.write(lambda c: branches.add_edited_answer(c, chat_id, answers[-1], text)).result()

    @rule()
    def stop(self) -> None:
        self.training.stop().result()
        self.given = dict.fromkeys(self.given, False)
        self.default = False

    @precondition(lambda self: self.chats)
    @rule()
    def look(self) -> None:
        allowed = {
            chat_id
            for chat_id in self.chats
            if self.given[chat_id] and chat_id not in self.hidden | self.gone
        }
        reviewed = list(self.training.review())
        assert {chat.chat.id for chat in reviewed} == allowed
        self.exports += 1
        out = self.folder / str(self.exports)
        try:
            self.training.export(out)
        except UserActionError:
            assert not out.exists()
            return
        everything = "".join(file.read_text(encoding="utf-8") for file in out.iterdir())
        leaving = {self.words[chat_id] for chat_id in allowed}  # a part says what the whole says
        for chat_id in self.chats:
            if chat_id not in allowed:
                assert self.words[chat_id] in leaving or self.words[chat_id] not in everything
                assert chat_id not in everything


TestConsent = Consent.TestCase
TestConsent.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
