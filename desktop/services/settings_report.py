# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON documents of ``settings`` and ``presets``."""

from __future__ import annotations

import msgspec

from desktop.domain.chat_settings import ChatSettings, Preset


class SettingsReport(msgspec.Struct, frozen=True):
    """What ``settings`` answers; null leaves it as the model's default is.

    Attributes:
        chat_id: null for what new chats begin with.
    """

    chat_id: str | None
    temperature: float | None
    top_p: float | None
    top_k: int | None
    min_p: float | None
    repeat_penalty: float | None
    presence_penalty: float | None
    frequency_penalty: float | None
    seed: int | None
    max_tokens: int | None
    stop: list[str]
    context_size: int | None
    json_schema: str | None


class PresetReport(msgspec.Struct, frozen=True):
    """One set of ``presets``; ``shipped`` ones came with Inglenook."""

    name: str
    instructions: str
    shipped: bool
    settings: ChatSettings


SCHEMAS: dict[str, type[msgspec.Struct] | object] = {
    "settings": SettingsReport,
    "presets": list[PresetReport],
}


def settings_report(settings: ChatSettings, chat_id: str | None) -> SettingsReport:
    """How a chat is answered."""
    return SettingsReport(
        chat_id=chat_id, **{**msgspec.structs.asdict(settings), "stop": list(settings.stop)}
    )


def preset_report(preset: Preset) -> PresetReport:
    """One named set."""
    return PresetReport(preset.name, preset.instructions, preset.shipped, preset.settings)
