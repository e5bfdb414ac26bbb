# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the drawer true to the chat shown, and does what is asked for there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.domain.chat_settings import ChatSettings, Preset
from desktop.domain.conversation import ChatId
from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.session import Session
from desktop.ui.answering.beginning import Beginning
from desktop.ui.answering.drawer import SettingsDrawer
from desktop.ui.answering.meter import WindowMeter
from desktop.ui.chat.page import ChatPage
from desktop.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class _Before:
    """What a whole change replaced."""

    settings: ChatSettings
    told: str
    preset: Preset | None = None  # it was removed


class AnsweringPresenter(QObject):
    """Between a session and what shows how a chat is answered.

    Attributes:
        instructions_requested: with the id of the chat shown.
        has_instructions_page: whether anybody hears that; a temporary chat's have none.
    """

    instructions_requested = Signal(str)

    def __init__(self, session: Session, tasks: Tasks, page: ChatPage) -> None:
        super().__init__(page)
        self._service = session.chat_settings
        self._session = session
        self._tasks = tasks
        self._page = page
        self._chat: ChatId | None = None
        self._settings = ChatSettings()
        self._told = ""
        self._said: Beginning = {}  # of a chat that has not begun
        self._before: _Before | None = None
        self.has_instructions_page = False
        self._looks = 0
        self._drawer: SettingsDrawer | None = None
        self.meter = WindowMeter(session, tasks, page, self._beginning)
        page.composer.settings_button.clicked.connect(self.toggle)
        page.settings_shortcut.activated.connect(self.toggle)

    def show(self, chat_id: ChatId | None) -> None:
        """Another chat is shown; None for one that has not begun."""
        if chat_id is None or chat_id != self._chat:
            self._said = {}
            self._before = None
        self._chat = chat_id
        self.meter.show(chat_id)
        if self._drawer is not None:
            self._drawer.say("")
            self._load(self._drawer)

    def beginning(self) -> Beginning:
        """What the chat that begins now is to begin with."""
        return self._said

    def toggle(self) -> None:
        """Show the drawer, or let it go."""
        if self._drawer is None:
            self._drawer = self._make()
        if self._drawer.isVisibleTo(self._page):
            self._close()
            return
        self._page.show_drawer(True)
        self._load(self._drawer)
        self._drawer.presets.setFocus()

    def _beginning(self) -> Beginning:
        return self._said

    def _make(self) -> SettingsDrawer:
        drawer = self._page.make_drawer()
        drawer.changed.connect(self._change)
        drawer.preset_chosen.connect(self._choose)
        drawer.preset_saved.connect(self._save)
        drawer.preset_removed.connect(self._remove)
        drawer.default_requested.connect(self._make_default)
        drawer.instructions_requested.connect(self._to_instructions)
        drawer.undo_requested.connect(self._undo)
        drawer.closed.connect(self._close)
        return drawer

    def _close(self) -> None:
        self._page.show_drawer(False)
        self._page.composer.settings_button.setFocus()

    def _to_instructions(self) -> None:
        if self._chat is not None:
            self.instructions_requested.emit(self._chat)

    # what holds

    def _load(self, drawer: SettingsDrawer, chosen: str = "") -> None:
        self._looks += 1
        look, chat_id = self._looks, self._chat
        drawer.show_for(has_instructions_page=chat_id is not None and self.has_instructions_page)

        def found(settings: ChatSettings) -> None:
            if look == self._looks:
                self._settings = self._said.get("settings", settings) if chat_id is None else settings
                drawer.show_settings(self._settings)

        own = self._service.default() if chat_id is None else self._service.of_chat(chat_id)
        self._tasks.watch(own, found, self._failed)
        presets = self._service.presets()
        self._tasks.watch(presets, lambda sets: drawer.show_presets(sets, chosen), self._failed)
        self._tasks.run(self._cost, drawer.show_memory, lambda _error: None)
        if chat_id is None:
            self._told = self._said.get("system_prompt", "")
        else:
            chat = self._session.history.chat(chat_id)
            self._tasks.watch(chat, lambda one: self._note(one.system_prompt or ""), lambda _gone: None)

    def _note(self, told: str) -> None:
        self._told = told

    def _cost(self) -> str:
        """What the window costs with the model that is loaded."""
        known = next((one for one in self._session.library.listed() if one.is_loaded), None)
        if known is None or not known.card.kv_bytes_per_token:
            return ""
        return _(
            "{model} takes about {megabytes} MB of memory for every 1,024 tokens, and knows up to {most}. "
            "With another size it is loaded anew."
        ).format(
            model=known.name,
            megabytes=max(1, round(known.card.kv_bytes_per_token * 1024 / 1e6)),
            most=f"{known.card.trained_context:,}",
        )

    # what is asked for

    def _change(self, settings: ChatSettings) -> None:
        """Keep it; from the next answer on it holds."""
        whole = settings == ChatSettings() and self._settings != settings
        before = _Before(self._settings, self._told)

        def kept(_nothing: None) -> None:
            self._before = before if whole else self._before
            self._shown().show_settings(settings)
            self._shown().say(_("Everything is as the model's default again.") if whole else "", undo=whole)
            self.meter.look()

        def refused(error: Exception) -> None:
            self._settings = before.settings
            self._shown().show_refused(before.settings, settings, _in_words(error))
            _raise_bug(error)

        self._settings = settings  # what is said next is said of this
        chat_id = self._chat
        if chat_id is None:
            self._keep(lambda: self._for_new(settings), kept, refused)
        else:
            self._keep(lambda: self._service.set_chat(chat_id, settings), kept, refused)

    def _for_new(self, settings: ChatSettings) -> Future[None]:
        from desktop.services.chat_settings import checked

        self._said = {**self._said, "settings": checked(settings)}
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def _choose(self, preset: Preset) -> None:
        before = _Before(self._settings, self._told)

        def kept(_nothing: None) -> None:
            self._before = before
            self._settings, self._told = preset.settings, preset.instructions
            self._shown().show_settings(preset.settings)
            self._shown().say(_("This chat is answered as “{name}” now.").format(name=preset.name), undo=True)
            self.meter.look()

        self._apply(preset, kept)

    def _apply(self, preset: Preset, kept: Callable[[None], object]) -> None:
        chat_id = self._chat
        if chat_id is None:
            self._said = {"settings": preset.settings, "system_prompt": preset.instructions}
            kept(None)
        else:
            self._keep(lambda: self._service.apply(chat_id, preset), kept)

    def _save(self, name: str) -> None:
        def kept(_nothing: None) -> None:
            self._shown().name.clear()
            self._load(self._shown(), name)
            self._shown().say(_("Saved. It can be chosen in every chat."))

        self._keep(lambda: self._service.save_preset(name, self._told, self._settings), kept)

    def _remove(self, name: str) -> None:
        def found(preset: Preset) -> None:
            def kept(_nothing: None) -> None:
                self._before = _Before(self._settings, self._told, preset)
                self._load(self._shown())
                self._shown().say(_("Removed. Chats that began with it stay as they are."), undo=True)

            self._keep(lambda: self._service.remove_preset(name), kept)

        self._tasks.watch(self._service.preset(name), found, self._failed)

    def _make_default(self) -> None:
        def kept(_nothing: None) -> None:
            self._shown().say(_("New chats begin with these settings now. Instructions stay with this chat."))

        self._keep(lambda: self._service.set_default(self._settings), kept)

    def _undo(self) -> None:
        before, self._before = self._before, None
        if before is None:
            return
        if before.preset is not None:
            gone = before.preset

            def back(_nothing: None) -> None:
                self._load(self._shown(), gone.name)
                self._shown().say(_("It is back."))

            self._keep(lambda: self._service.save_preset(gone.name, gone.instructions, gone.settings), back)
            return

        def kept(_nothing: None) -> None:
            self._settings, self._told = before.settings, before.told
            self._load(self._shown())
            self._shown().say(_("As it was before."))
            self.meter.look()

        self._apply(Preset("", before.told, before.settings), kept)

    def _keep(
        self,
        change: Callable[[], Future[None]],
        kept: Callable[[None], object],
        refused: Callable[[Exception], object] | None = None,
    ) -> None:
        try:
            future = change()
        except InglenookError as error:
            (refused or self._failed)(error)
        else:
            self._tasks.watch(future, kept, refused or self._failed)

    def _failed(self, error: Exception) -> None:
        self._shown().say(_in_words(error))
        _raise_bug(error)

    def _shown(self) -> SettingsDrawer:
        if self._drawer is None:
            self._drawer = self._make()
        return self._drawer


def _in_words(error: Exception) -> str:
    known = isinstance(error, InglenookError)
    return str(error) if known else _("Something went wrong. Nothing was changed.")


def _raise_bug(error: Exception) -> None:
    if not isinstance(error, InglenookError):
        raise error
