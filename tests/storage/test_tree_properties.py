# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is done to a conversation, it stays a tree whose shown path leads from a root to the head."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from desktop.domain.conversation import ChatId, MessageId, Role, Status
from desktop.storage import conversations
from desktop.storage.connection import open_memory
from desktop.storage.migrations import migrate
from desktop.storage.search import search

START = datetime(2026, 1, 1, tzinfo=UTC)
texts = st.text(st.characters(codec="utf-8"), max_size=30)
moments = st.integers(-3, 3).map(lambda step: START + timedelta(milliseconds=step))
endings = st.sampled_from([Status.COMPLETE, Status.STOPPED, Status.FAILED])


class Conversation(RuleBasedStateMachine):
    """Two chats, any order of additions, endings and changes of branch."""

    chats = Bundle("chats")
    nodes = Bundle("nodes")

    def __init__(self) -> None:
        super().__init__()
        self.conn = open_memory()
        migrate(self.conn)
        self.model: dict[ChatId, dict[MessageId, MessageId | None]] = {}
        self.heads: dict[ChatId, MessageId | None] = {}
        self.contents: dict[MessageId, str] = {}

    def teardown(self) -> None:
        self.conn.close()

    @initialize(target=chats)
    def begin(self) -> ChatId:
        return self.new_chat()

    @rule(target=chats)
    def another(self) -> ChatId:
        return self.new_chat()

    def new_chat(self) -> ChatId:
        chat = conversations.create_chat(self.conn, now=START).id
        self.model[chat], self.heads[chat] = {}, None
        return chat

    @rule(
        target=nodes,
        chat=chats,
        role=st.sampled_from(Role),
        content=texts,
        now=moments,
        streams=st.booleans(),
    )
    def add_to_head(
        self, chat: ChatId, role: Role, content: str, now: datetime, streams: bool
    ) -> tuple[ChatId, MessageId]:
        return self.add(chat, self.heads[chat], role, content, now, streams)

    @rule(target=nodes, node=nodes, role=st.sampled_from(Role), content=texts, now=moments)
    def fork(
        self, node: tuple[ChatId, MessageId], role: Role, content: str, now: datetime
    ) -> tuple[ChatId, MessageId]:
        return self.add(node[0], self.model[node[0]][node[1]], role, content, now, streams=False)

    def add(
        self, chat: ChatId, parent: MessageId | None, role: Role, content: str, now: datetime, streams: bool
    ) -> tuple[ChatId, MessageId]:
        status = Status.STREAMING if streams else Status.COMPLETE
        message = conversations.add_message(
            self.conn, chat, parent_id=parent, role=role, content=content, status=status, now=now
        )
        self.model[chat][message.id] = parent
        self.heads[chat] = message.id
        self.contents[message.id] = content
        return chat, message.id

    @rule(node=nodes, content=texts, status=st.one_of(endings, st.just(Status.STREAMING)))
    def grow(self, node: tuple[ChatId, MessageId], content: str, status: Status) -> None:
        for step in (Status.STREAMING, status):  # one that has ended is taken up again first
            conversations.update_reply(self.conn, node[1], content=content, status=step, now=START)
        self.contents[node[1]] = content

    @rule(node=nodes)
    def jump(self, node: tuple[ChatId, MessageId]) -> None:
        conversations.set_head(self.conn, *node)
        self.heads[node[0]] = node[1]

    @rule(node=nodes)
    def show(self, node: tuple[ChatId, MessageId]) -> None:
        conversations.show_branch(self.conn, *node)
        head = conversations.get_chat(self.conn, node[0]).head_id
        assert head is not None
        assert node[1] in self.up(node[0], head)
        assert head not in self.model[node[0]].values()  # a leaf
        self.heads[node[0]] = head

    @rule()
    def reopen(self) -> None:
        conversations.interrupt_streaming(self.conn)

    def up(self, chat: ChatId, leaf: MessageId | None) -> list[MessageId]:
        found: list[MessageId] = []
        while leaf is not None:
            assert leaf not in found, "a cycle"
            found.append(leaf)
            leaf = self.model[chat][leaf]
        return found

    @invariant()
    def stays_a_tree(self) -> None:
        for chat, parents in self.model.items():
            stored = conversations.all_messages(self.conn, chat)
            assert {message.id: message.parent_id for message in stored} == parents
            assert all(message.content == self.contents[message.id] for message in stored)
            head = conversations.get_chat(self.conn, chat).head_id
            assert head == self.heads[chat]
            path = conversations.path(self.conn, chat)
            assert [entry.id for entry in path] == self.up(chat, head)[::-1]
            for entry in path:
                family = conversations.siblings(self.conn, chat, entry.id)
                assert (entry.siblings, family[entry.sibling_index]) == (len(family), entry.id)
            reached = set()
            below: list[MessageId | None] = [None]
            while below:
                children = conversations.children(self.conn, chat, below.pop())
                assert not reached & set(children)
                reached.update(children)
                below.extend(children)
            assert reached == parents.keys()

    @invariant()
    def index_matches(self) -> None:
        self.conn.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")
        assert self.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        search(self.conn, "a")


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
