# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model's window would hold if a chat were asked now, counted by the model itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from desktop.domain.chat_settings import ChatSettings
from desktop.domain.conversation import ChatId, Role
from desktop.domain.generation import Measured, PromptMessage
from desktop.domain.spec import Layers
from desktop.services.chat_settings import ChatSettingsService
from desktop.services.library import ModelLibrary
from desktop.services.models import ModelChoice, Models
from desktop.services.spec import Spec
from desktop.storage import conversations
from desktop.storage.database import Connection, Database

__all__ = ["Measured", "Window"]

_Asked = tuple[Sequence[PromptMessage], ChatSettings, ModelChoice]


class Window:
    """Counts when nothing else is asked of the model; no call here waits."""

    def __init__(
        self,
        database: Database,
        models: Models,
        library: ModelLibrary,
        spec: Spec,
        settings: ChatSettingsService,
    ) -> None:
        self._database = database
        self._models = models
        self._library = library
        self._spec = spec
        self._settings = settings

    def look(
        self,
        chat_id: ChatId | None,
        draft: str = "",
        *,
        beginning: ChatSettings | None = None,
        told: str = "",
    ) -> Future[Measured | None]:
        """What a question in this chat would be given.

        Args:
            chat_id: None for one that has not begun.
            draft: the question, as far as it is written.
            beginning: the settings of a chat that has not begun; None: those all begin with.
            told: its instructions.

        Returns:
            None where it cannot be counted: the model, or this window of it, is not in memory.
        """
        done: Future[Measured | None] = Future()

        def read(connection: Connection) -> _Asked:
            common = self._spec.common_in(connection)
            choice = self._library.choice_for(connection, chat_id)
            if chat_id is None:
                settings = self._settings.default_in(connection) if beginning is None else beginning
                layers = Layers(common.state, common.app, common.person, told)
                system = layers.joined()
                turns = [PromptMessage(Role.SYSTEM, system)] if system else []
                return turns, settings, choice
            head = conversations.get_chat(connection, chat_id).head_id
            settings = self._settings.in_chat(connection, chat_id)
            if head is None:
                return [], settings, choice
            before = conversations.prompt_messages(connection, chat_id, head)
            return common.put_before(before), settings, choice

        def measure(asked: Future[_Asked]) -> None:
            try:
                messages, settings, choice = asked.result()
                _pass_on(self._measured(messages, settings, choice, draft), done)
            except Exception as error:
                done.set_exception(error)

        self._database.read(read).add_done_callback(measure)
        return done

    def count(self, text: str) -> Future[Measured | None]:
        """The tokens of ``text`` alone, as ``messages``; quick, while a chat of any length is written on."""
        if not self._models.loaded:
            return _nothing()
        return self._models.measure([PromptMessage(Role.USER, text)], 1)

    def _measured(
        self, messages: Sequence[PromptMessage], settings: ChatSettings, choice: ModelChoice, draft: str
    ) -> Future[Measured | None]:
        if not self._models.loaded_with(settings.context_size or 0) or self._models.current() != choice:
            return _nothing()
        asked = [*messages, PromptMessage(Role.USER, draft)] if draft else list(messages)
        if not asked:
            asked = [PromptMessage(Role.USER, "")]
        return self._models.measure(asked, settings.sampling().max_tokens)


def _nothing() -> Future[Measured | None]:
    done: Future[Measured | None] = Future()
    done.set_result(None)
    return done


def _pass_on(source: Future[Measured | None], target: Future[Measured | None]) -> None:
    def arrived(finished: Future[Measured | None]) -> None:
        error = finished.exception()
        if error is not None:
            target.set_exception(error)
        else:
            target.set_result(finished.result())

    source.add_done_callback(arrived)
