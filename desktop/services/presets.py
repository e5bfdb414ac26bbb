# SPDX-License-Identifier: GPL-3.0-or-later
"""The sets Inglenook comes with. What the model is told in them is English, which every model knows best."""

from __future__ import annotations

from desktop.domain.chat_settings import ChatSettings, Preset
from desktop.i18n import _


def shipped() -> tuple[Preset, ...]:
    """In the order they are offered."""
    return (
        Preset(_("Plain"), "", ChatSettings(), shipped=True),
        Preset(
            _("Precise"),
            "Answer exactly what is asked, in as few words as it takes. If you do not know, say so.",
            ChatSettings(temperature=0.0, repeat_penalty=1.05),
            shipped=True,
        ),
        Preset(
            _("Creative"),
            "Write with imagination: concrete pictures, varied sentences, no stock phrases.",
            ChatSettings(temperature=0.9, top_p=0.98, min_p=0.05, top_k=0, max_tokens=2048),
            shipped=True,
        ),
        Preset(
            _("Translator"),
            "Translate what you are given into English; if it is English already, into the language the "
            "person names. Give the translation alone. Keep names, numbers and formatting as they are.",
            ChatSettings(temperature=0.1, repeat_penalty=1.0),
            shipped=True,
        ),
        Preset(
            _("Proofreader"),
            "Correct spelling, grammar and punctuation of what you are given. Change nothing else. First "
            "give the corrected text, then list what you changed.",
            ChatSettings(temperature=0.1, repeat_penalty=1.0),
            shipped=True,
        ),
        Preset(
            _("Study partner"),
            "Help the person learn: explain step by step in simple words, then ask one question that shows "
            "whether it was understood. Wait for the answer before you go on.",
            ChatSettings(temperature=0.4),
            shipped=True,
        ),
    )
