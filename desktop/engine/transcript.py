# SPDX-License-Identifier: GPL-3.0-or-later
"""How a conversation is put to a base model, which brings no chat template: as a plain transcript.

::

    {system}

    User: {question}

    Assistant: {answer}

    User: {question}

    Assistant:

Such a model goes on writing the other side's lines; ``STOPS`` end the reply there.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.conversation import Role
from desktop.domain.generation import PromptMessage

_SPEAKERS = {Role.USER: "User", Role.ASSISTANT: "Assistant"}

STOPS = ("\nUser:",)


def render_transcript(messages: Sequence[PromptMessage], *, bos: str) -> str:
    """The prompt text, ready to be continued with the reply."""
    parts = [
        message.content.strip() if message.role is Role.SYSTEM else _line(message) for message in messages
    ]
    return bos + "\n\n".join([*parts, f"{_SPEAKERS[Role.ASSISTANT]}:"])


def _line(message: PromptMessage) -> str:
    return f"{_SPEAKERS[message.role]}: {message.content.strip()}"
