# SPDX-License-Identifier: GPL-3.0-or-later
"""How chats are answered: each chat's own settings, what new ones begin with, and named sets of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import msgspec

from desktop.domain import json_schema
from desktop.domain.chat_settings import (
    MAX_PRESET_NAME,
    MAX_STOP,
    MAX_STOPS,
    ChatSettings,
    Preset,
)
from desktop.domain.conversation import ChatId
from desktop.domain.errors import UserActionError
from desktop.domain.generation import SamplingOptions
from desktop.domain.spec import MAX_LAYER
from desktop.i18n import _, ngettext
from desktop.services import presets
from desktop.services.parameters import out_of_bounds
from desktop.storage import chat_settings, instructions
from desktop.storage.database import Connection, Database

__all__ = ["ChatSettings", "ChatSettingsService", "Preset", "Sampling", "checked"]

Sampling = SamplingOptions | ChatSettings


class ChatSettingsService:
    """The settings in one open database.

    Args:
        database: a vault's, or one in memory.
        shared: whose named sets and beginnings hold here too: the vault a temporary chat was begun from.
    """

    def __init__(self, database: Database, shared: ChatSettingsService | None = None) -> None:
        self._database = database
        self._shared = shared

    def of_chat(self, chat_id: ChatId) -> Future[ChatSettings]:
        """What holds in one chat.

        Raises (through the Future):
            UnknownChatError.
        """
        return self._database.read(lambda c: chat_settings.of_chat(c, chat_id))

    def in_chat(self, connection: Connection, chat_id: ChatId) -> ChatSettings:
        """The same, read through this database's connection."""
        return chat_settings.of_chat(connection, chat_id)

    def drawn(
        self, chat_id: ChatId, sampling: Sampling | None, *, begun: bool
    ) -> tuple[SamplingOptions, int | None]:
        """How the words of an answer are drawn, and with what window of the model. Blocks shortly.

        Args:
            chat_id: where it is given.
            sampling: for this answer alone: laid over the chat's settings, or whole in their place.
            begun: it goes on with one that broke off.
        """
        if isinstance(sampling, SamplingOptions):
            return sampling, None
        settings = self.of_chat(chat_id).result()
        settings = settings if sampling is None else sampling.over(settings)
        if begun:  # a grammar begins at the beginning; the rest of an answer is held to nothing
            settings = msgspec.structs.replace(settings, json_schema=None)
        return settings.sampling(), settings.context_size or 0

    def set_chat(self, chat_id: ChatId, settings: ChatSettings) -> Future[None]:
        """Say what holds in one chat from its next answer on.

        Raises (at once):
            UserActionError: it cannot be had.
        Raises (through the Future):
            UnknownChatError.
        """
        sound = checked(settings)
        return self._database.write(lambda c: chat_settings.set_chat(c, chat_id, sound))

    def default(self) -> Future[ChatSettings]:
        """What new chats begin with."""
        return self._shared.default() if self._shared else self._database.read(chat_settings.default)

    def default_in(self, connection: Connection) -> ChatSettings:
        """The same, read through this database's connection."""
        return self._shared.default().result() if self._shared else chat_settings.default(connection)

    def set_default(self, settings: ChatSettings) -> Future[None]:
        """Say what new chats begin with; those there are stay as they are.

        Raises (at once):
            UserActionError: it cannot be had.
        """
        sound = checked(settings)
        return self._home.write(lambda c: chat_settings.set_default(c, sound))

    def presets(self) -> Future[list[Preset]]:
        """The named sets: those Inglenook came with, then the person's own by name."""
        return self._home.read(_presets)

    def save_preset(self, name: str, told: str, settings: ChatSettings) -> Future[None]:
        """Keep a set of the person's own, in place of one with the same name.

        Raises (at once):
            UserActionError: it has no name, or one that is taken, or says what cannot be had.
        """
        name = " ".join(name.split())
        if not name or len(name) > MAX_PRESET_NAME:
            raise UserActionError(
                _("Give the set a name of up to {count} characters.").format(count=MAX_PRESET_NAME)
            )
        if any(one.name.casefold() == name.casefold() for one in presets.shipped()):
            raise UserActionError(_("Inglenook comes with a set of this name. Choose another."))
        if len(told) > MAX_LAYER:
            raise UserActionError(_("The instructions are too long. Shorten them, then save the set."))
        kept = Preset(name, told.strip(), checked(settings))
        return self._home.write(lambda c: chat_settings.save_preset(c, kept))

    def remove_preset(self, name: str) -> Future[None]:
        """Take a set of the person's own away; chats that began with it stay as they are.

        Raises (through the Future):
            UserActionError: there is none of this name.
        """

        def remove(connection: Connection) -> None:
            if not chat_settings.remove_preset(connection, name):
                raise _no_such_preset()

        return self._home.write(remove)

    def preset(self, name: str) -> Future[Preset]:
        """The set of this name, whatever the case of its letters.

        Raises (through the Future):
            UserActionError: there is none.
        """

        def find(connection: Connection) -> Preset:
            for one in _presets(connection):
                if one.name.casefold() == name.strip().casefold():
                    return one
            raise _no_such_preset()

        return self._home.read(find)

    def apply(self, chat_id: ChatId, preset: Preset) -> Future[None]:
        """Have a chat be answered as a set says: its instructions, its settings.

        Raises (through the Future):
            UnknownChatError.
        """

        def change(connection: Connection) -> None:
            instructions.set_chat(connection, chat_id, preset.instructions)
            chat_settings.set_chat(connection, chat_id, preset.settings)

        return self._database.write(change)

    @property
    def _home(self) -> Database:
        """Where sets and beginnings are kept."""
        return self._shared._home if self._shared else self._database


def _presets(connection: Connection) -> list[Preset]:
    return [*presets.shipped(), *chat_settings.presets(connection)]


def _no_such_preset() -> UserActionError:
    return UserActionError(_("There is no set of this name."))


def checked(settings: ChatSettings) -> ChatSettings:
    """The same, tidied.

    Raises:
        UserActionError: it cannot be had, with the words that say why.
    """
    stop = tuple(dict.fromkeys(word for word in settings.stop if word))
    schema = (settings.json_schema or "").strip() or None
    tidied = msgspec.structs.replace(settings, stop=stop, json_schema=schema)
    if len(stop) > MAX_STOPS or any(len(word) > MAX_STOP for word in stop):
        raise UserActionError(
            ngettext(
                "There can be {count} stop word, of up to {length} characters.",
                "There can be {count} stop words, of up to {length} characters each.",
                MAX_STOPS,
            ).format(count=MAX_STOPS, length=MAX_STOP)
        )
    if schema is not None:
        try:
            json_schema.read(schema)
        except json_schema.SchemaError as error:
            raise UserActionError(_schema_words(error)) from None
    wrong = out_of_bounds(tidied)
    if wrong is not None:
        raise UserActionError(wrong)
    return tidied


def _schema_words(error: json_schema.SchemaError) -> str:
    """Why a schema is refused; it names a keyword of the standard at most, never what else is in it."""
    known: dict[str, Callable[[], str]] = {
        "no JSON": lambda: _("This is no JSON. A schema is a JSON object, such as {example}."),
        "no object": lambda: _("A schema is a JSON object, such as {example}."),
        "too large": lambda: _("The schema is too large: {count} characters are the most."),
        "too deep or too many parts": lambda: _("The schema has too many parts, or they lie too deep."),
        "cannot be enforced": lambda: _(
            "The rule “{word}” cannot be kept while an answer is written. Take it out of the schema."
        ),
    }
    words = known.get(str(error), lambda: _("The schema does not hold together at “{word}”."))()
    if not error.word and "{word}" in words:
        words = _("The schema does not hold together.")
    word = error.word if error.word.replace("$", "").isalpha() and len(error.word) <= 40 else "…"
    return words.format(example='{"type": "object"}', count=f"{json_schema.MAX_SCHEMA:,}", word=word)
