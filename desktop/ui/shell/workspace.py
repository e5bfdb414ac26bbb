# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is shown while the vault is open: sidebar, chat, settings. Gone when it is locked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop.domain.conversation import Chat, ChatId, MessageId
from desktop.i18n import _
from desktop.paths import Profile
from desktop.services.session import Session
from desktop.services.temporary import Sealed, TemporaryChat
from desktop.ui.chat.model_presenter import ModelPresenter
from desktop.ui.chat.notices import Action
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.chat.problems import Problems
from desktop.ui.markdown import highlight
from desktop.ui.models.place import ModelsPlace
from desktop.ui.preferences import SIDEBAR_SHOWN, TEMPORARY_FIRST, Preferences
from desktop.ui.privacy.page import PrivacyPage
from desktop.ui.shell.daily_care import DailyCare
from desktop.ui.shell.data_pages import DataPages
from desktop.ui.shell.finding import FindingPlace
from desktop.ui.shell.keys_page import KeySheet
from desktop.ui.shell.own_pages import OwnPages
from desktop.ui.shell.settings_page import SettingsPage
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.tabbing import step_past
from desktop.ui.sidebar.acts import ActsPresenter
from desktop.ui.sidebar.order import OrderPresenter
from desktop.ui.sidebar.presenter import SidebarPresenter
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.tasks import Tasks
from desktop.ui.temporary.place import TemporaryPlace
from desktop.ui.temporary.room import MakeModels, TemporaryRoom
from desktop.ui.theme.theme import Theme

_NARROW = 640  # px; below this the sidebar and the rest take turns
_FIRST_PAINT_MS = 100  # the workspace is drawn before anything competes with it for the interpreter


class Workspace(QWidget):
    """Wires the pages of an open vault to its session.

    Attributes:
        lock_requested: close the vault.
        rekey_requested: with the passphrase: close it, encrypt it anew, open it again.
        start_over_requested: erase it, with everything.
    """

    lock_requested = Signal()
    rekey_requested = Signal(str)
    start_over_requested = Signal()

    def __init__(
        self,
        session: Session,
        profile: Profile,
        theme: Theme,
        preferences: Preferences,
        facts: PrivacyFacts,
        *,
        make_models: MakeModels | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._preferences = preferences
        self._tasks = Tasks(self)  # of this session: after locking, nothing it says is heard
        self.sidebar = Sidebar(theme)
        self.page = ChatPage(theme, facts, self._load)
        self._theme = theme
        self._is_narrow = False
        self._stack = QStackedWidget()
        self._stack.addWidget(self.page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.sidebar, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._stack, 1)
        self.models = ModelsPlace(session, self._tasks, theme, self._stack, window=self)
        problems = Problems(self.page.notices, self.models.show)
        self.chat = ChatPresenter(session, self._tasks, self.page, problems)
        self._chats = SidebarPresenter(session.history, self._tasks, self.sidebar)
        self._acts = acts = ActsPresenter(session, self._tasks, self._chats, self.chat, self.page)
        acts.failed.connect(problems.show)
        self._keys = KeySheet(theme, self._stack)
        self._order = OrderPresenter(session, self._tasks, self._chats, self.chat, problems, page=self.page)
        self._models = ModelPresenter(session, self._tasks, self.page.composer.chip, problems)
        self._problems = problems
        self._care = care = DailyCare(session, self._tasks, problems.show, self)
        self._care.erased.connect(self._reload_chats)
        self._care.agreement_wanted.connect(self._ask_about_retention)
        self.data = DataPages(session, self._tasks, theme, self._stack, notices=self.page.notices, care=care)
        acts.export_requested.connect(self.data.begin_export)
        self.chat.answering.has_instructions_page = True
        for asks in (acts, self.chat.answering):
            asks.instructions_requested.connect(lambda one: self.data.begin_spec(one, self._show_chat_page))
        self._pages = OwnPages(
            session, self._tasks, theme, preferences, folder=profile.folder, stack=self._stack, data=self.data
        )
        self.temporary = TemporaryRoom(
            theme, lambda _session: facts, self, vault=session, make_models=make_models
        )
        self._finding = FindingPlace(self, self._chats, self._tasks, theme, preferences)
        self._wire()
        self._wire_pages()
        self._wire_temporary()
        self.show_sidebar(preferences.get(SIDEBAR_SHOWN))
        theme.changed.connect(self._fit_sidebar)
        self._chats.load()
        QTimer.singleShot(_FIRST_PAINT_MS, self, self._prepare)
        self.page.composer.setFocus()

    def _prepare(self) -> None:
        """Get ready what the first answer needs."""
        if self._tasks.is_closed:  # locked again at once
            return
        self._models.preload()
        self._tasks.run(highlight.prepare, lambda _nothing: None)

    @property
    def settings(self) -> SettingsPage:
        """Made when it is first looked at."""
        return self._pages.settings

    @property
    def privacy(self) -> PrivacyPage:
        """The Privacy Centre, made when it is first looked at."""
        return self._pages.privacy

    @property
    def session(self) -> Session:
        """What is shown here."""
        return self._session

    @property
    def is_answering(self) -> bool:
        """Whether an answer is being written, here or in a temporary chat."""
        return self._session.replies.is_answering or self.temporary.is_answering

    def begin(self, sealed: Sealed | None) -> None:
        """Begin as the person wants: with the temporary chat that waited, or with a new one."""
        if sealed is not None:
            self.temporary.restore(sealed)
        else:
            (self.temporary.begin if self._preferences.get(TEMPORARY_FIRST) else self._order.open_last)()

    def close_down(self) -> tuple[TemporaryChat, str] | None:
        """Hear nothing more, once: the session is about to be closed. What was not sent is kept.

        Returns:
            The temporary chat that is open, and what was begun in it.
        """
        taken = self.temporary.take()
        self.chat.keep_drafts()
        self._order.awake.let_go()
        self.models.close()
        self._tasks.close()
        return taken

    def do(self, command: Command) -> None:
        """A key of the whole window."""
        doings: dict[Command, Callable[[], object]] = {
            Command.NEW_CHAT: self._new_chat,
            Command.TEMPORARY: self._place.begin,
            Command.SIDEBAR: lambda: self.show_sidebar(not self.sidebar.isVisibleTo(self)),
            Command.WRITE: self._show_front,
            Command.MODELS: self.models.wanted.emit,
            Command.PRIVACY: self._toggle_privacy,
            Command.SETTINGS: self._toggle_settings,
            Command.KEYS: self._keys.toggle,
            Command.LOCK: self.lock_requested.emit,
            Command.QUIT: self.window().close,
        }
        doings.get(command, lambda: self._finding.do(command))()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab, past the transcript's inside: its widgets come and go, and it walks through them itself."""
        insides = [page.transcript.viewport() for page in self.findChildren(ChatPage)]
        return step_past(self, insides, forward=forward)

    def show_sidebar(self, shown: bool) -> None:
        """Show or hide the sidebar; remembered, unless there is only room for it or the chat."""
        self._place_sidebar(shown)
        if not self._is_narrow and self._preferences.get(SIDEBAR_SHOWN) != shown:
            self._preferences.set(SIDEBAR_SHOWN, shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window, or with very large text, the sidebar gives its room to the chat."""
        super().resizeEvent(event)
        self._fit_sidebar()

    def _fit_sidebar(self) -> None:
        is_narrow = self.width() < self._theme.px(_NARROW)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._place_sidebar(not is_narrow and self._preferences.get(SIDEBAR_SHOWN))

    def _place_sidebar(self, shown: bool) -> None:
        self.sidebar.setVisible(shown)
        self._stack.setVisible(not (shown and self._is_narrow))
        for page in self.findChildren(ChatPage):
            page.header.sidebar_button.setVisible(not shown)
        (self.sidebar if shown else self.page).hold_undo(self.sidebar.undo)

    def _make_room(self) -> None:
        if self._is_narrow:
            self._place_sidebar(False)

    def _wire(self) -> None:
        sidebar, chat, chats = self.sidebar, self.chat, self._chats
        sidebar.new_chat_requested.connect(self._new_chat)
        sidebar.privacy_requested.connect(self._toggle_privacy)
        self.page.privacy.pressed.connect(self._toggle_privacy)
        self.models.join(sidebar, self.page.composer.chip, self._models, chat)
        self.models.wanted.connect(lambda: self._toggle(self.models.page))
        sidebar.settings_requested.connect(self._toggle_settings)
        sidebar.lock_requested.connect(self.lock_requested)
        sidebar.hide_requested.connect(lambda: self.show_sidebar(False))
        self.page.header.sidebar_requested.connect(lambda: self.show_sidebar(True))
        chats.opened.connect(self._open)
        chats.renamed.connect(chat.show_title)
        chats.leaving.connect(chat.stop_chat)
        chats.deleted.connect(self._after_deletion)
        chats.failed.connect(self._problems.show)
        chat.chat_changed.connect(chats.chat_changed)
        chat.running_changed.connect(sidebar.chats.show_running)
        chat.shown_changed.connect(sidebar.list.choose)
        chat.rename_requested.connect(chats.rename)

    def _wire_pages(self) -> None:
        data, pages = self.data, self._pages
        pages.settings_made.connect(lambda made: self._order.fill(made.chats))
        data.opened.connect(self._make_room)
        data.left.connect(self._leave_data)
        data.review_left.connect(self._toggle_settings)
        data.coming.connect(self.chat.keep_drafts)
        data.chats_came.connect(self._take_moved)
        data.consent_changed.connect(self._show_consent)
        pages.left.connect(self._show_chat_page)
        pages.spec_wanted.connect(self._begin_spec)
        pages.rekey_requested.connect(self.rekey_requested)
        pages.start_over_requested.connect(self.start_over_requested)
        pages.failed.connect(self._show_problem)
        pages.erased.connect(self._forget_chats)
        pages.chats_changed.connect(self._reload_chats)
        pages.looking.connect(self.chat.keep_drafts)
        pages.corrected.connect(self.chat.renew)
        pages.consent_changed.connect(self.chat.consent.refresh)
        pages.opened.connect(self._open_at)

    def _wire_temporary(self) -> None:
        self._place = TemporaryPlace(self.temporary, self.sidebar, self._stack, self._theme)
        self._place.front_wanted.connect(self._show_front)
        self._place.sidebar_wanted.connect(lambda: self.show_sidebar(True))
        self._place.privacy_wanted.connect(self._toggle_privacy)
        self.page.empty.temporary_requested.connect(self._place.begin)
        self.temporary.kept.connect(self._show_kept)
        self.temporary.ended.connect(lambda _page: self.sidebar.list.choose(self.chat.shown))
        self.temporary.running_changed.connect(lambda ids: self._order.awake.keep(ids, "temporary"))
        self.temporary.failed.connect(self._problems.show)
        self.temporary.lasting_requested.connect(self._new_lasting)
        self.temporary.models_requested.connect(self.models.show)

    def _load(self, ids: Sequence[MessageId]) -> None:
        """The transcript wants these texts."""
        found = self._session.history.messages(ids)
        self._tasks.watch(found, self.page.transcript.deliver, self._problems.show)

    def _new_chat(self) -> None:
        self.sidebar.search.clear()  # what was looked for is not what begins now
        if self._preferences.get(TEMPORARY_FIRST):
            self._place.begin()
        else:
            self._new_lasting()

    def _new_lasting(self) -> None:
        self.temporary.leave(self._show_new)

    def _show_new(self) -> None:
        self._show_chat_page()
        self.chat.show_new()

    def _open(self, chat_id: ChatId, message: MessageId | None, words: Sequence[str] = ()) -> None:
        chat = self.sidebar.chats.chat(chat_id)
        if isinstance(chat, Chat):
            self.temporary.leave(lambda: self._show(chat, message, words))

    def _open_at(self, chat: Chat, message: MessageId) -> None:
        self.temporary.leave(lambda: self._show(chat, message, ()))

    def _show(self, chat: Chat, message: MessageId | None, words: Sequence[str]) -> None:
        self._show_chat_page()
        self.chat.show_chat(chat, message, words)

    def _show_kept(self, chat: Chat, draft: str) -> None:
        """It goes on as a chat that is kept."""
        self._chats.chat_changed(chat)
        self.chat.show_chat(chat)
        self.page.composer.set_text(draft)

    def _after_deletion(self, chat_id: ChatId, instead: ChatId | None) -> None:
        if chat_id != self.chat.shown:
            return
        chat = None if instead is None else self.sidebar.chats.chat(instead)
        if isinstance(chat, Chat):
            self.chat.show_chat(chat)
        else:
            self.chat.show_new()

    def _leave_data(self, for_privacy: bool) -> None:
        (self._toggle_privacy if for_privacy else self._show_chat_page)()

    def _begin_spec(self, page: str) -> None:
        back = self._toggle_settings if page == "settings" else self._toggle_privacy
        self.data.begin_spec(self.chat.shown if self.temporary.page is None else None, back)

    def _show_consent(self, chat_id: str, given: bool) -> None:
        self.sidebar.chats.show_consent(ChatId(chat_id), given)
        self.chat.consent.refresh()

    def _toggle_settings(self) -> None:
        if self._toggle(self.settings):
            self._pages.load_settings()

    def _toggle_privacy(self) -> None:
        if self._toggle(self.privacy):
            self._pages.load_privacy()

    def _toggle(self, page: QWidget) -> bool:
        """Show ``page``, or the chat if it is shown already; whether it is shown now."""
        if self._stack.currentWidget() is page:
            self._show_chat_page()
            return False
        self._stack.setCurrentWidget(page)
        self._check_buttons()
        self._make_room()
        page.setFocus()
        return True

    def _check_buttons(self) -> None:
        shown = self._stack.currentWidget()
        pages = {self.sidebar.settings_button: "settings", self.sidebar.privacy_button: "privacy"}
        for button, name in pages.items():
            button.setChecked(self._pages.is_made(name) and shown is getattr(self, name))
        self.sidebar.models_button.setChecked(self.models.is_page(shown))
        self.sidebar.temporary_row.setChecked(shown is self.temporary.page)

    def _show_problem(self, error: Exception) -> None:
        """Where it is seen: the notices stand above the composer."""
        self._show_chat_page()
        self._problems.show(error)

    def _reload_chats(self) -> None:
        """Some came in, or went; perhaps the one that is shown."""
        self._chats.reload()
        self.chat.learn_drafts()
        if self.chat.shown is not None:
            there = self._session.history.chat(self.chat.shown)
            self._tasks.watch(there, lambda _chat: None, lambda _gone: self.chat.show_new())

    def _take_moved(self) -> None:
        self._reload_chats()
        self.chat.learn_drafts(new=True)

    def _ask_about_retention(self) -> None:
        words = _("Some chats have had their time by your rule. Nothing goes until you have looked at them.")
        self.page.notices.show_notice("retention", words, [Action(_("Look…"), self._show_privacy)])

    def _show_privacy(self) -> None:
        if self._stack.currentWidget() is not self.privacy:
            self._toggle_privacy()

    def _forget_chats(self) -> None:
        self._chats.forget()
        self.chat.show_new()

    @property
    def _front(self) -> ChatPage:
        """The chat that is shown when no other page is."""
        return self.temporary.page or self.page

    def _show_chat_page(self) -> None:
        self._stack.setCurrentWidget(self._front)
        if self.temporary.page is not None:
            self.sidebar.list.choose(None)
        self._check_buttons()
        self._make_room()

    def _show_front(self) -> None:
        self._show_chat_page()
        self._front.composer.setFocus()
