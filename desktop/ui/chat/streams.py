# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions on their way: what is known of each on the UI thread, whichever chat is shown."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from desktop.domain.conversation import ChatId, Message
from desktop.domain.generation import PromptFitted
from desktop.i18n import _, ngettext
from desktop.services.replies import Reply


class Stage(enum.Enum):
    """How far an answer is."""

    WAITING = enum.auto()  # for its turn: another chat is being answered
    LOADING = enum.auto()  # the model is being loaded
    READING = enum.auto()  # the model reads the conversation
    WRITING = enum.auto()


@dataclass(slots=True)
class Stream:
    """One answer being made.

    Attributes:
        chat_id: None until a new chat was accepted.
        question: what was asked, while it is not kept yet; "" for an answer made anew.
        handle: stops it.
        reply: the message being written, once accepted.
        text: what was written so far.
    """

    chat_id: ChatId | None
    question: str
    handle: Reply | None = None
    reply: Message | None = None
    stage: Stage = Stage.WAITING
    progress: float = 0.0
    fitted: PromptFitted | None = None
    stopping: bool = False
    _parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What was written so far."""
        self._parts[:] = ["".join(self._parts)]
        return self._parts[0]

    def begin_with(self, text: str) -> None:
        """It goes on from this text."""
        self._parts[:0] = [text]

    def add(self, text: str) -> None:
        """More was written."""
        self._parts.append(text)
        self.stage = Stage.WRITING

    def stop(self) -> None:
        """Ask it to end; what was written is kept."""
        self.stopping = True
        if self.handle is not None:
            self.handle.cancel()


class Streams:
    """All answers being made."""

    def __init__(self) -> None:
        self._streams: list[Stream] = []

    def add(self, stream: Stream) -> None:
        """An answer began."""
        self._streams.append(stream)

    def remove(self, stream: Stream) -> None:
        """An answer ended."""
        if stream in self._streams:
            self._streams.remove(stream)

    def is_next(self, stream: Stream) -> bool:
        """Whether no answer asked for earlier is still being made."""
        return bool(self._streams) and self._streams[0] is stream

    def of(self, chat_id: ChatId | None) -> Stream | None:
        """The answer being made in this chat; None asks for the chat that has not begun."""
        return next((s for s in self._streams if s.chat_id == chat_id), None)

    def running(self) -> frozenset[ChatId]:
        """The chats being answered."""
        return frozenset(s.chat_id for s in self._streams if s.chat_id is not None)

    def ahead(self, stream: Stream) -> int:
        """How many answers have to end before this one begins."""
        return self._streams.index(stream) if stream in self._streams else 0

    def waiting(self) -> dict[ChatId, int]:
        """The chats that wait for their turn, and how many answers each has before it."""
        return {s.chat_id: n for n, s in enumerate(self._streams) if n and s.chat_id is not None}


def activity_words(stream: Stream, ahead: int) -> str:
    """What is going on while there is nothing to read yet."""
    if stream.stopping:
        return _("Stopping…")
    match stream.stage:
        case Stage.WAITING if ahead:
            words = ngettext(
                "Waiting for {count} other answer to end…", "Waiting for {count} other answers to end…", ahead
            )
            return words.format(count=ahead)
        case Stage.WAITING:
            return _("Thinking…")
        case Stage.LOADING:
            return _("Loading the model…")
        case Stage.READING if stream.progress:
            return _("Reading the conversation… {percent} %").format(percent=round(stream.progress * 100))
        case Stage.READING:
            return _("Thinking…")
        case _:
            return ""
