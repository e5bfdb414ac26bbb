# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers a person can set, as data: in plain words, with the exact term, the bounds and the step."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.chat_settings import ChatSettings
from desktop.domain.generation import SamplingOptions
from desktop.i18n import _

_MODEL = SamplingOptions()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number.

    Attributes:
        name: of the field of ``ChatSettings``.
        title: what it is, in plain words.
        line: what it does.
        term: what experts and other programs call it.
        low: the least.
        high: the most.
        step: of the arrows beside it.
        usual: what holds where nothing is said; None: there is no one number.
        decimals: 0 for whole numbers.
    """

    name: str
    title: str
    line: str
    term: str
    low: float
    high: float
    step: float
    usual: float | None
    decimals: int = 0

    def in_words(self, value: float) -> str:
        """The number as a person reads it."""
        return f"{value:.{self.decimals}f}"


def parameters() -> tuple[Parameter, ...]:
    """All of them, in the order they are shown, in the language of now."""
    return (
        Parameter(
            "temperature",
            _("Liveliness"),
            _("0 always takes the likeliest word; higher surprises more, and errs more."),
            _("temperature"),
            0,
            5,
            0.1,
            _MODEL.temperature,
            2,
        ),
        Parameter(
            "max_tokens",
            _("Longest answer"),
            _("An answer ends here even if the model would go on. Four tokens are about three words."),
            _("maximum tokens"),
            1,
            1_000_000,
            64,
            _MODEL.max_tokens,
        ),
        Parameter(
            "context_size",
            _("Memory of the conversation"),
            _("How much the model reads at once. More takes more of this computer's memory."),
            _("context size in tokens"),
            256,
            1_000_000,
            1024,
            None,
        ),
        Parameter(
            "seed",
            _("Same words again"),
            _("With a number, the same question gets the same answer. Empty: another each time."),
            _("seed"),
            0,
            2**32 - 1,
            1,
            None,
        ),
        Parameter(
            "top_p",
            _("Share of likely words"),
            _("Only the likeliest words that make up this share together may come. 1 lets all of them."),
            _("top-p, nucleus sampling"),
            0,
            1,
            0.05,
            _MODEL.top_p,
            2,
        ),
        Parameter(
            "top_k",
            _("Number of likely words"),
            _("Only so many of the likeliest words may come next. 0 lets all of them."),
            _("top-k"),
            0,
            1000,
            5,
            _MODEL.top_k,
        ),
        Parameter(
            "min_p",
            _("Least likelihood"),
            _("Words less likely than this share of the likeliest one do not come. 0 lets all of them."),
            _("min-p"),
            0,
            1,
            0.01,
            _MODEL.min_p,
            2,
        ),
        Parameter(
            "repeat_penalty",
            _("Avoid repeating"),
            _("Above 1, words that came a moment ago come less easily again. 1 does nothing."),
            _("repeat penalty, over the last 64 tokens"),
            0.5,
            2,
            0.05,
            _MODEL.repeat_penalty,
            2,
        ),
        Parameter(
            "presence_penalty",
            _("Look for new subjects"),
            _("Above 0, every word that was there once is held back equally. 0 does nothing."),
            _("presence penalty"),
            -2,
            2,
            0.1,
            _MODEL.presence_penalty,
            2,
        ),
        Parameter(
            "frequency_penalty",
            _("Avoid favourite words"),
            _("Above 0, a word is held back more the more often it came. 0 does nothing."),
            _("frequency penalty"),
            -2,
            2,
            0.1,
            _MODEL.frequency_penalty,
            2,
        ),
    )


def out_of_bounds(settings: ChatSettings) -> str | None:
    """What to say of the first number that lies outside its bounds, or None."""
    for one in parameters():
        value = getattr(settings, one.name)
        if value is None:
            continue
        if not one.low <= value <= one.high:  # what is no number is neither
            return _("{title} ({term}) lies between {low} and {high}.").format(
                title=one.title, term=one.term, low=one.in_words(one.low), high=one.in_words(one.high)
            )
    return None
