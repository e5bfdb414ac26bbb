# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model is told before it answers: three layers, joined into one system message. Pure."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.conversation import Role
from desktop.domain.generation import PromptMessage

MAX_LAYER = 8_000
"""Characters of one layer: some 2,000 tokens, a quarter of the bundled model's window."""

_FINGERPRINT = 12  # hexadecimal digits; tells versions apart, proves nothing


class AppLayer(enum.StrEnum):
    """Whose words the app's layer holds."""

    SHIPPED = "shipped"
    OWN = "own"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class AppWords:
    """The app's layer as it is given.

    Attributes:
        told: the instructions.
        precedence: what to do where a later layer says otherwise; told only if there is one.
    """

    told: str
    precedence: str = ""


@dataclass(frozen=True, slots=True)
class Layers:
    """All that a model is told in one chat.

    Attributes:
        state: whose words ``app`` are.
        app: what the app says; nothing if it is switched off.
        person: what holds in every chat of this person.
        chat: what holds in this chat.
    """

    state: AppLayer
    app: AppWords
    person: str = ""
    chat: str = ""

    def joined(self) -> str:
        """The system message: from the general to the specific, the same text as long as no layer changes."""
        app, person, chat = self.app.told.strip(), self.person.strip(), self.chat.strip()
        precedence = self.app.precedence.strip() if app and (person or chat) else ""
        return "\n\n".join(filter(None, ("\n".join(filter(None, (app, precedence))), person, chat)))

    def put_before(self, messages: Sequence[PromptMessage]) -> tuple[PromptMessage, ...]:
        """The conversation with the one system message it is answered under; none if nothing is to be said.

        Args:
            messages: the chat's own; system messages at its beginning are its layer, in place of ``chat``.
        """
        turns = next((at for at, one in enumerate(messages) if one.role is not Role.SYSTEM), len(messages))
        own = "\n\n".join(one.content.strip() for one in messages[:turns])
        told = Layers(self.state, self.app, self.person, own).joined()
        before = (PromptMessage(Role.SYSTEM, told),) if told else ()
        return (*before, *messages[turns:])


def fingerprint(told: str) -> str:
    """A short name for a version of what was told; "" for nothing."""
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:_FINGERPRINT] if told else ""


def told_in(messages: Sequence[PromptMessage]) -> str:
    """The system message of a prompt that ``put_before`` made."""
    return messages[0].content if messages and messages[0].role is Role.SYSTEM else ""


def estimated_tokens(text: str) -> int:
    """About how many tokens a small model's vocabulary makes of ``text``.

    Four characters of a Latin text make one; of other scripts every character makes about one and a half.
    """
    plain = sum(character < "\u0250" for character in text)
    return round(plain / 4 + (len(text) - plain) * 1.5)
