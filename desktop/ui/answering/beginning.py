# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a chat before it has begun."""

from __future__ import annotations

from typing import TypedDict

from desktop.domain.chat_settings import ChatSettings


class Beginning(TypedDict, total=False):
    """What a chat begins with that was said before its first message."""

    settings: ChatSettings
    system_prompt: str
