# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding: messages by their words, chats by their titles, and every place in one chat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from desktop.domain.conversation import Chat, MessageId, SearchHit
from desktop.domain.folding import fold, places
from desktop.domain.question import Question
from desktop.storage import conversations
from desktop.storage.database import Connection, Database
from desktop.storage.search import Cursor, search_page
from desktop.storage.texts import texts

__all__ = ["PAGE", "SLICE", "Cursor", "Finder", "Found", "Places"]

PAGE = 30  # hits; twice what a sidebar shows
SLICE = 200  # messages read in one go


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        hits: newest first.
        more: where to go on, None at the end.
        chats: whose titles hold the words, the last changed first.
    """

    hits: tuple[SearchHit, ...] = ()
    more: Cursor | None = None
    chats: tuple[Chat, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """How often words stand in a message."""

    message_id: MessageId
    count: int


class Finder:
    """Looks for things in one database, a slice at a time: other reads come between two of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, question: Question, *, limit: int = PAGE) -> list[SearchHit]:
        """Messages, newest first. Blocks."""
        hits: list[SearchHit] = []
        at: Cursor | None = Cursor()
        while at is not None and len(hits) < limit:
            found = self.look(question, limit=limit - len(hits), at=at).result()
            hits += found.hits
            at = found.more
        return hits

    def look(
        self,
        question: Question,
        *,
        limit: int = PAGE,
        at: Cursor | None = None,
        chats: Sequence[Chat] = (),
    ) -> Future[Found]:
        """Look through one slice; whoever asked goes on at ``more`` as long as it is wanted.

        Args:
            question: what is looked for.
            limit: most hits; there may be fewer in the slice, even none, and yet more after it.
            at: where the slice before ended.
            chats: to be looked through by their titles.
        """

        def read(connection: Connection) -> Found:
            page = search_page(
                connection, question.words, filters=question.filters, limit=limit, at=at or Cursor()
            )
            return Found(page.hits, page.more, tuple(with_title(question, chats)))

        return self._database.read(read)

    def chats(self, question: Question) -> Future[list[Chat]]:
        """Chats whose titles hold the words, the last changed first."""

        def read(connection: Connection) -> list[Chat]:
            return with_title(question, conversations.list_chats(connection, include_archived=True))

        return self._database.read(read)

    def places(self, ids: Sequence[MessageId], words: str) -> Future[list[Places]]:
        """Where ``words`` stand in these messages, case and accents aside, in this order.

        Args:
            ids: at most SLICE.
            words: as a person typed them.
        """
        wanted = tuple(ids)
        return self._database.read(lambda c: _counted(wanted, texts(c, wanted), words))


def with_title(question: Question, chats: Iterable[Chat]) -> list[Chat]:
    """Those of ``chats`` whose titles hold every word of a question, and that fit its filters."""
    wanted = fold(question.words.replace('"', " ")).split()
    filters = question.filters
    if not wanted or filters.role is not None or filters.model:
        return []
    return [
        chat
        for chat in chats
        if (not filters.pinned or chat.pinned)
        and (not filters.archived or chat.archived)
        and (filters.after is None or chat.updated_at >= filters.after)
        and (filters.before is None or chat.updated_at < filters.before)
        and _begins(fold(chat.title), wanted)
    ]


def _begins(title: str, wanted: Sequence[str]) -> bool:
    return all(_stands(title, word) for word in wanted)


def _stands(title: str, word: str) -> bool:
    """At the beginning of a word; anywhere in scripts that do not set words apart."""
    at = title.find(word)
    while at >= 0:
        if at == 0 or not word[0].isascii() or not title[at - 1].isalnum():
            return True
        at = title.find(word, at + 1)
    return False


def _counted(ids: Sequence[MessageId], texts: dict[MessageId, str], words: str) -> list[Places]:
    counts = ((each, len(places(texts.get(each, ""), words))) for each in ids)
    return [Places(each, count) for each, count in counts if count]
