# SPDX-License-Identifier: GPL-3.0-or-later
"""What to tell a person when the engine gives up: what happened, what is safe, what to do."""

from __future__ import annotations

from desktop.domain.conversation import Message, StopReason
from desktop.domain.generation import FaultKind
from desktop.i18n import _


def explain(kind: FaultKind) -> str:
    """One or two translated sentences for ``kind``."""
    return {
        FaultKind.CRASHED: _("The model stopped unexpectedly. What it wrote is kept; try again."),
        FaultKind.HUNG: _("The model did not respond and was ended. What it wrote is kept; try again."),
        FaultKind.OUT_OF_MEMORY: _(
            "There was not enough memory for the model. Your words are kept; close programs or choose a "
            "smaller model, then try again."
        ),
        FaultKind.MODEL_UNREADABLE: _(
            "The model file cannot be read as a GGUF model. Your words are kept; choose another model file."
        ),
        FaultKind.MODEL_MISSING: _(
            "The model file is not where it was. Your words are kept; choose another model file."
        ),
        FaultKind.DOES_NOT_FIT: _(
            "This model needs more memory than is free, so it was not loaded. Your words are kept; close "
            "programs, choose a smaller model, or load it all the same on the page Models."
        ),
        FaultKind.TEMPLATE: _(
            "The model's chat template does not work. Your words are kept; choose another model file."
        ),
        FaultKind.PROMPT_TOO_LONG: _(
            "Your message is longer than the model's window. It is kept; send a shorter one, in parts."
        ),
        FaultKind.SCHEMA: _(
            "The answer cannot be held to this JSON schema. Your words are kept; make it simpler, then "
            "try again."
        ),
        FaultKind.PROTOCOL: _(
            "The model process misbehaved and was ended. What it wrote is kept; try again."
        ),
    }[kind]


def misfit_words(reply: Message) -> str:
    """Why an answer is not the JSON it was to be."""
    if reply.stop_reason is StopReason.LENGTH:
        return _(
            "The answer was cut off before its JSON was complete. It is kept; allow a longer answer, or "
            "bound the texts in the schema with maxLength."
        )
    return _("The answer does not follow the JSON schema: it was ended before that. It is kept.")
