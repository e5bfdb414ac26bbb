# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives one chat page: sends, shows what comes, and keeps answering in chats that are not shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QUrl, Signal

from desktop.domain.conversation import Chat, ChatId, Message, MessageId, PathEntry, Role
from desktop.domain.generation import PromptFitted, PromptProgress, TextDelta
from desktop.i18n import _
from desktop.services.faults import misfit_words
from desktop.services.replies import (
    Accepted,
    Ended,
    LoadingModel,
    OnReplyEvent,
    Rejected,
    Reply,
    ReplyEvent,
)
from desktop.services.session import Session
from desktop.ui.answering.presenter import AnsweringPresenter
from desktop.ui.chat.branch_presenter import BranchPresenter
from desktop.ui.chat.consent_presenter import ConsentPresenter
from desktop.ui.chat.copy_presenter import CopyPresenter
from desktop.ui.chat.drafts import Drafts, Texts
from desktop.ui.chat.feedback_presenter import FeedbackPresenter
from desktop.ui.chat.find_presenter import FindPresenter
from desktop.ui.chat.link_presenter import LinkPresenter
from desktop.ui.chat.open_link import open_link
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.problems import Problems
from desktop.ui.chat.streams import Stage, Stream, Streams, activity_words
from desktop.ui.composer.composer import Phase
from desktop.ui.tasks import Tasks


class ChatPresenter(QObject):
    """Attributes:
    chat_changed: a Chat that began or got a question: it belongs on top of the list.
    running_changed: the ids of the chats being answered.
    waiting_changed: of those that wait for their turn, how many answers each has before it; by id.
    ended_elsewhere: the id of a chat that was answered while another was shown.
    shown_changed: the id of the chat shown, or None.
    consent: whether the chat shown may be used for training.
    branches: its versions and branches.
    answering: how it is answered.
    path_opened: the id of a chat whose messages came, to be shown where it was left.
    left: (chat id, a Place or None) when another is to be shown, or the vault closed.
    rename_requested: (chat id, title).
    """

    chat_changed = Signal(object)
    running_changed = Signal(object)
    waiting_changed = Signal(object)
    ended_elsewhere = Signal(str)
    shown_changed = Signal(object)
    path_opened = Signal(str)
    left = Signal(str, object)
    rename_requested = Signal(str, str)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        page: ChatPage,
        problems: Problems,
        *,
        open_address: Callable[[QUrl], bool] = open_link,
    ) -> None:
        super().__init__(page)
        self._session = session
        self._tasks = tasks
        self._page = page
        self._problems = problems
        self._streams = Streams()
        self._shown: ChatId | None = None
        self._live: Stream | None = None  # the one the transcript is showing as it grows
        self._drafts = Drafts()
        page.composer.sent.connect(self._send)
        page.composer.stopped.connect(self._stop)
        page.header.renamed.connect(self._rename)
        page.empty.suggested.connect(self._suggest)
        page.transcript.formulas.serve(session.formulas.draw, tasks)
        LinkPresenter(tasks, page, problems, open_address)
        self.consent = ConsentPresenter(session, tasks, page.header, problems)
        self.answering = AnsweringPresenter(session, tasks, page)
        self.branches = BranchPresenter(session, tasks, page, problems, self)
        self.branches.forked.connect(self._show_fork)
        self._feedback = FeedbackPresenter(
            session,
            tasks,
            page,
            problems,
            branches=self.branches,
            copies=CopyPresenter(session, tasks, page, problems),
        )
        self._find = FindPresenter(session.finder, tasks, page, lambda: self._shown, problems.show)
        self.show_new()
        self._read_drafts(self._drafts.restore)

    @property
    def shown(self) -> ChatId | None:
        """The chat shown; None for one that has not begun."""
        return self._shown

    @property
    def is_answering(self) -> bool:
        """Whether the chat shown is being answered."""
        return self._streams.of(self._shown) is not None

    def begin(self, start: Callable[[OnReplyEvent], Reply]) -> None:
        """Begin an answer in the chat shown that is no answer to a message from the composer."""
        if self._shown is not None and not self.is_answering:
            stream = Stream(self._shown, "")
            self._begin(stream)
            stream.handle = start(self._listener(stream))

    def read_again(self, message: MessageId | None = None) -> None:
        """The path changed: show it as it is now, at ``message`` if one is given."""
        if self._shown is not None:
            self._read(self._shown, message)

    def show_new(self) -> None:
        """An empty page for a new chat."""
        self._leave()
        self._shown = None
        self._page.header.show_title("")
        self.consent.show(None)
        self.answering.show(None)
        self._page.transcript.open(())
        self._page.show_empty(True)
        self._arrive()

    def show_chat(self, chat: Chat, message: MessageId | None = None, words: Sequence[str] = ()) -> None:
        """Open a chat, at ``message`` if one is given, and there at ``words``."""
        self._leave()
        self._shown = chat.id
        self._page.header.show_title(chat.title or _("New chat"))
        self.consent.show(chat.id)
        self.answering.show(chat.id)
        self._page.show_empty(False)
        self._page.transcript.open(())
        self._arrive()
        if message is None:
            self._read(chat.id, None)
            return
        branch = self._session.history.show_message(chat.id, message)
        self._tasks.watch(branch, lambda _nothing: self._read(chat.id, message, words), self._problems.show)

    def keep_drafts(self) -> None:
        """Put what was begun and not sent into the vault, which is about to be closed."""
        self._tell_place()
        self._note_draft()
        if (kept := self._drafts.to_keep()) is not None:
            self._session.history.keep_drafts(kept)

    def learn_drafts(self, *, new: bool = False) -> None:
        """Chats came in, perhaps with what was begun in them; ``new``: and what was begun of a new chat."""
        self._read_drafts(lambda kept: self._drafts.learn(kept, new=new))

    def renew(self) -> None:
        """What is kept was corrected: hold and show nothing older, except what was begun since."""

        def take(kept: Texts) -> None:
            self._drafts.renew(kept)
            self._page.composer.set_text(self._drafts.of(self._shown))
            if self._shown is not None:
                chat = self._session.history.chat(self._shown)
                self._tasks.watch(chat, self.show_chat, self._problems.show)

        self._read_drafts(take)

    def _read_drafts(self, take: Callable[[Texts], object]) -> None:
        def read(kept: Texts) -> None:
            self._note_draft()
            take(kept)
            if not self._page.composer.text and (text := self._drafts.of(self._shown)):
                self._page.composer.set_text(text)

        self._tasks.watch(self._session.history.drafts(), read, self._problems.show)

    def _note_draft(self) -> None:
        self._drafts.put(self._shown, self._page.composer.text)

    def show_title(self, chat_id: ChatId, title: str) -> None:
        """A title was kept."""
        if chat_id == self._shown:
            self._page.header.show_title(title)

    def stop_chat(self, chat_id: ChatId) -> None:
        """Stop what answers this chat."""
        if (stream := self._streams.of(chat_id)) is not None:
            stream.stop()

    # reading

    def _read(self, chat_id: ChatId, message: MessageId | None, words: Sequence[str] = ()) -> None:
        self._tasks.watch(
            self._session.history.path(chat_id),
            lambda path: self._show_path(chat_id, path, message, words),
            self._problems.show,
        )

    def _show_path(
        self, chat_id: ChatId, path: Sequence[PathEntry], message: MessageId | None, words: Sequence[str]
    ) -> None:
        if chat_id != self._shown:  # the person went on meanwhile
            return
        self._page.show_empty(not path)
        transcript = self._page.transcript
        if path and transcript.model.row(path[0].id) == 0:
            transcript.update_path(path)
        else:
            transcript.open(path)
            if message is None:
                self.path_opened.emit(chat_id)
        stream = self._streams.of(chat_id)
        if stream is not None and stream.reply is not None:
            entry = next((e for e in path if e.id == stream.reply.id), None)
            if entry is not None:
                transcript.begin_reply(
                    replace(stream.reply, content=stream.text), entry.siblings, entry.sibling_index
                )
                self._live = stream
        if message is not None:
            transcript.show_message(message, words)
        last = next((e for e in reversed(path) if e.role is Role.ASSISTANT), None)
        if stream is None and last is not None:
            self._tasks.watch(
                self._session.history.messages([last.id]), self._show_usage, self._problems.show
            )

    def _show_usage(self, messages: Sequence[Message]) -> None:
        if messages and messages[0].chat_id == self._shown and messages[0].stats is not None:
            stats = messages[0].stats
            self._page.composer.show_tokens(
                stats.prompt_tokens + stats.completion_tokens, stats.context_size, stats.dropped_messages
            )

    # asking

    def _send(self, text: str) -> None:
        stream = Stream(self._shown, text)
        self._begin(stream)
        listener = self._listener(stream)
        stream.handle = self._session.replies.send(
            text, listener, chat_id=self._shown, **({} if self._shown else self.answering.beginning())
        )

    def _begin(self, stream: Stream) -> None:
        self._problems.clear()
        self._streams.add(stream)
        self._tell_running()
        self._refresh()

    def _stop(self) -> None:
        if (stream := self._streams.of(self._shown)) is not None:
            stream.stop()
            self._refresh()

    def _listener(self, stream: Stream) -> Callable[[ReplyEvent], None]:
        return self._tasks.listener(lambda event: self._on_event(stream, event))

    def _on_event(self, stream: Stream, event: ReplyEvent) -> None:
        match event:
            case TextDelta(text=text):
                first = stream.stage is not Stage.WRITING
                stream.add(text)
                if stream is self._live and stream.reply is not None:
                    self._page.transcript.append_text(stream.reply.id, text)
                if first:
                    self._refresh()
            case Accepted():
                self._accepted(stream, event)
            case LoadingModel():
                stream.stage = Stage.LOADING
                self._refresh()
            case PromptFitted():
                stream.fitted, stream.stage = event, Stage.READING
                self._refresh()
            case PromptProgress(done=done, total=total):
                stream.progress = done / total if total else 0.0
                self._refresh()
            case Rejected(error=error):
                self._streams.remove(stream)
                self._tell_running()
                self._refresh()
                self._problems.show(error)
            case Ended():
                self._ended(stream, event)

    def _accepted(self, stream: Stream, event: Accepted) -> None:
        was_shown = self._is_shown(stream)
        if stream.question:
            self._drafts.put(stream.chat_id, "")
        stream.chat_id, stream.reply = event.chat.id, event.reply
        stream.begin_with(event.reply.content)
        if self._streams.is_next(stream):
            stream.stage = Stage.READING
        if was_shown:
            self._show_accepted(stream, event)
        self.chat_changed.emit(event.chat)
        if was_shown:
            self.shown_changed.emit(event.chat.id)
        self._tell_running()
        self._refresh()

    def _show_accepted(self, stream: Stream, event: Accepted) -> None:
        self._shown = event.chat.id
        self._page.header.show_title(event.chat.title or _("New chat"))
        self.consent.show(event.chat.id)
        self.answering.show(event.chat.id)
        self._page.show_empty(False)
        if not stream.question:  # another answer to the same question: the path itself changed
            self._read(event.chat.id, None)
            return
        self._page.composer.set_text("")
        self._page.transcript.add_message(event.question)
        self._page.transcript.begin_reply(event.reply)
        self._live = stream

    def _ended(self, stream: Stream, event: Ended) -> None:
        self._streams.remove(stream)
        self._tell_running()
        if self._live is stream:
            self._live = None
            self._page.transcript.finish_reply(event.reply)
            self._show_usage([event.reply])
        elif self._is_shown(stream):  # it ended while its path was being read
            self._read(event.reply.chat_id, None)
        elif event.reply.content:
            self.ended_elsewhere.emit(event.reply.chat_id)
        self._refresh()
        self._find.renew()
        self.answering.meter.look()
        if event.misfit:
            self._problems.show_message(misfit_words(event.reply))
        if event.error is not None:
            self._problems.show(event.error)
        elif event.fault is not None:
            again = (lambda: self.branches.regenerate(event.reply.id)) if self._is_shown(stream) else None
            self._problems.show_fault(event.fault, again)

    # the page

    def _is_shown(self, stream: Stream) -> bool:
        return stream.chat_id == self._shown

    def _leave(self) -> None:
        """Keep what was being written for when the person comes back; in memory only."""
        self._live = None
        self._tell_place()
        self._page.leave_map()
        self._note_draft()
        self._find.leave()
        self._page.link_bar.hide()
        self._page.feedback_bar.hide()

    def _tell_place(self) -> None:
        if self._shown is not None and self._page.transcript.model.rowCount():
            self.left.emit(self._shown, self._page.transcript.place.now())

    def _arrive(self) -> None:
        self._page.composer.set_text(self._drafts.of(self._shown))
        self._page.composer.show_tokens(0, 0)
        self._refresh()
        self.shown_changed.emit(self._shown)
        self._page.composer.setFocus()

    def _refresh(self) -> None:
        """Show where the answer in the shown chat is."""
        stream = self._streams.of(self._shown)
        composer = self._page.composer
        composer.show_phase(Phase.IDLE if stream is None else Phase.ANSWERING)
        self._page.stop_shortcut.setEnabled(stream is not None)
        self._page.show_activity(activity_words(stream, self._streams.ahead(stream)) if stream else "")
        if stream is not None and stream.fitted is not None:
            fitted = stream.fitted
            composer.show_tokens(fitted.prompt_tokens, fitted.context_size, fitted.dropped_messages)

    def _tell_running(self) -> None:
        self.waiting_changed.emit(self._streams.waiting())
        self.running_changed.emit(self._streams.running())

    def _rename(self, title: str) -> None:
        if self._shown is not None:
            self.rename_requested.emit(self._shown, title)

    def _suggest(self, text: str) -> None:
        self._page.composer.set_text(text)
        self._page.composer.setFocus()

    def _show_fork(self, chat: Chat) -> None:
        self.chat_changed.emit(chat)
        self.show_chat(chat)
