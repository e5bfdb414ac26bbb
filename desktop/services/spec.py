# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model is told to do and not to do: the app's words, the person's, the chat's."""

from __future__ import annotations

import enum
import functools
from concurrent.futures import Future
from dataclasses import dataclass

from desktop.domain.conversation import ChatId
from desktop.domain.errors import EnvironmentFaultError, UserActionError
from desktop.domain.spec import MAX_LAYER, AppLayer, AppWords, Layers, estimated_tokens, fingerprint
from desktop.i18n import _, ngettext
from desktop.paths import resource
from desktop.services.spec_report import SpecReport
from desktop.storage import instructions
from desktop.storage.database import Connection, Database

__all__ = [
    "MAX_LAYER",
    "AppLayer",
    "Kind",
    "Layers",
    "Rule",
    "Shipped",
    "Spec",
    "estimated_tokens",
    "in_words",
]

_VERSION = "Version "
_TOLD = "> "


class Kind(enum.Enum):
    """What a rule of the app's layer is; the value is how the document says so."""

    TOLD = "Told to the model."
    FIXED = "Told to the model. Fixed."
    PRECEDENCE = "Told to the model where there are other layers."
    KEPT = "Kept by the app."


@dataclass(frozen=True, slots=True)
class Rule:
    """One part of the app's layer.

    Attributes:
        told: what is put before the model; "" where the app itself keeps the rule.
        reason: why, in paragraphs.
    """

    title: str
    kind: Kind
    told: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shipped:
    """The app's layer as it came.

    Attributes:
        version: of the document.
        intro: what it says of itself.
        document: all of it, Markdown.
    """

    version: str
    intro: str
    rules: tuple[Rule, ...]
    document: str

    @property
    def words(self) -> AppWords:
        """What of it is put before the model."""
        told = [rule.told for rule in self.rules if rule.kind in (Kind.TOLD, Kind.FIXED)]
        precedence = [rule.told for rule in self.rules if rule.kind is Kind.PRECEDENCE]
        return AppWords("\n".join(told), "\n".join(precedence))


def read_shipped() -> Shipped:
    """The app's layer of this installation.

    Raises:
        EnvironmentFaultError: its file is missing or damaged.
    """
    try:
        return read_document(resource("spec", "behaviour.md").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise EnvironmentFaultError(
            _("A file of Inglenook is missing or damaged. Your chats are safe; please install it again.")
        ) from None


def read_document(text: str) -> Shipped:
    """Take the document apart.

    Raises:
        ValueError: it is not of the form that resources/spec/behaviour.md describes itself in.
    """
    head, *parts = text.replace("\r\n", "\n").split("\n## ")
    _title, version, *intro = [_folded(block) for block in head.split("\n\n") if block.strip()]
    if not version.startswith(_VERSION):
        raise ValueError("the second paragraph must be the version")
    rules = tuple(_rule(part) for part in parts)
    return Shipped(version.removeprefix(_VERSION), "\n\n".join(intro), rules, text)


def _rule(part: str) -> Rule:
    title, kind, *blocks = [block.strip() for block in part.split("\n\n") if block.strip()]
    told = [block for block in blocks if block.startswith(_TOLD)]
    reason = [_folded(block) for block in blocks if not block.startswith(_TOLD)]
    lines = [line.removeprefix(_TOLD) for block in told for line in block.split("\n")]
    if bool(lines) is (Kind(kind) is Kind.KEPT):
        raise ValueError("what is told has lines that begin with >, what the app keeps has none")
    return Rule(title, Kind(kind), "\n".join(lines), "\n\n".join(reason))


def _folded(block: str) -> str:
    return " ".join(block.split())


class Spec:
    """The layers of one open database.

    Args:
        database: where the layers are kept: a vault's, or one in memory.
        shared: whose layers for every chat hold here too: the vault a temporary chat was begun from.
    """

    def __init__(self, database: Database, shared: Spec | None = None) -> None:
        self._database = database
        self._shared = shared

    @functools.cached_property
    def shipped(self) -> Shipped:
        """The app's layer as it came.

        Raises:
            EnvironmentFaultError: a file of this installation is missing or damaged.
        """
        return read_shipped()

    def layers(self, chat_id: ChatId | None = None) -> Layers:
        """What holds now, in every chat or in this one. Blocks shortly.

        Raises:
            UnknownChatError: there is no such chat.
        """
        common = self._database.read(self.common_in).result()
        if chat_id is None:
            return common
        chat = self._database.read(lambda c: instructions.chat_layer(c, chat_id)).result()
        return Layers(common.state, common.app, common.person, chat)

    def common_in(self, connection: Connection) -> Layers:
        """What holds in every chat, read through this database's connection."""
        if self._shared is not None:
            return self._shared.layers()
        kept = instructions.kept(connection)
        match kept.state:
            case AppLayer.SHIPPED:
                return Layers(kept.state, self.shipped.words, kept.person)
            case AppLayer.OWN | AppLayer.OFF:
                return Layers(kept.state, AppWords(kept.own), kept.person)

    def last_given(self, chat_id: ChatId) -> Future[str | None]:
        """The fingerprint of what the newest reply of a chat was given; None if it is not known.

        Raises (through the Future):
            UnknownChatError.
        """
        return self._database.read(lambda c: instructions.last_given(c, chat_id))

    def set_app(self, text: str) -> Future[None]:
        """Let these words stand instead of the app's; recorded, without them.

        Raises (at once):
            UserActionError: they are too long, or none.
        """
        words = _checked(text)
        if not words:
            raise UserActionError(_("There are no words in it. To be told nothing, switch the layer off."))
        return self._database.write(lambda c: instructions.set_app(c, AppLayer.OWN, words))

    def switch_app_off(self) -> Future[None]:
        """Tell the model nothing of the app's."""
        return self._database.write(lambda c: instructions.set_app(c, AppLayer.OFF))

    def reset_app(self) -> Future[None]:
        """Let the words hold that it came with."""
        return self._database.write(lambda c: instructions.set_app(c, AppLayer.SHIPPED))

    def set_person(self, text: str) -> Future[None]:
        """Say what holds in every chat from the next answer on; "" takes it back.

        Raises (at once):
            UserActionError: it is too long.
        """
        words = _checked(text)
        return self._database.write(lambda c: instructions.set_person(c, words))

    def set_chat(self, chat_id: ChatId, text: str) -> Future[None]:
        """Say what holds in one chat from its next answer on; "" takes it back.

        Raises (at once):
            UserActionError: it is too long.
        Raises (through the Future):
            UnknownChatError.
        """
        words = _checked(text)
        return self._database.write(lambda c: instructions.set_chat(c, chat_id, words))

    def report(self, chat_id: ChatId | None = None) -> SpecReport:
        """All layers, and what becomes of them. Blocks shortly.

        Raises:
            UnknownChatError: there is no such chat.
        """
        layers = self.layers(chat_id)
        given = layers.joined()
        return SpecReport(
            app_state=str(layers.state),
            app=layers.app.told,
            app_version=self.shipped.version,
            person=layers.person,
            chat_id=chat_id,
            chat=layers.chat,
            given=given,
            fingerprint=fingerprint(given),
            characters=len(given),
            estimated_tokens=estimated_tokens(given),
        )


def in_words(layers: Layers) -> str:
    """What holds in every chat, as plain lines, for the account of everything that is kept."""
    state = {
        AppLayer.SHIPPED: _("Inglenook's own words:"),
        AppLayer.OWN: _("Instead of Inglenook's words, your own:"),
        AppLayer.OFF: _("Inglenook's words are switched off."),
    }[layers.state]
    person = [_("Yours, for every chat:"), layers.person] if layers.person else [_("Nothing of yours.")]
    lines = [_("What the model is told"), state, layers.app.told, *person]
    return "\n".join(line for line in lines if line) + "\n"


def _checked(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if len(words) > MAX_LAYER:
        raise UserActionError(
            ngettext(
                "This is too long: {count} character is the most, so that the chat has room too.",
                "This is too long: {count} characters are the most, so that the chat has room too.",
                MAX_LAYER,
            ).format(count=MAX_LAYER)
        )
    return words
