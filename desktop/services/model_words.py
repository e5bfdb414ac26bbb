# SPDX-License-Identifier: GPL-3.0-or-later
"""Models in words, for the window and the command line alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from desktop.domain.model_card import ModelCard
from desktop.i18n import _
from desktop.services.library import Fit, KnownModel, Measure

_FEW = 6  # base models or data sets named; the rest is counted
_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


class Line(NamedTuple):
    """One line of a card; ``value`` is "" where the file is silent or nothing was measured."""

    words: str
    value: str


Size = Callable[[int], str]


def plain_size(size: int) -> str:
    """Bytes as 1.1 GB, the same in every language."""
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"


def fit_in_words(fit: Fit) -> str:
    """Whether it fits, in a word or two."""
    return {
        Fit.FITS: _("fits"),
        Fit.TIGHT: _("tight"),
        Fit.TOO_BIG: _("does not fit"),
        Fit.UNKNOWN: _("not known whether it fits"),
    }[fit]


def fit_explained(known: KnownModel, room: int | None, size: Size = plain_size) -> str:
    """What it needs beside what there is."""
    if not known.needs:
        return _("How much memory it needs is not known.")
    needs = size(known.needs)
    if room is None:
        return _("Needs about {needs} of memory. This system does not say how much is free.").format(
            needs=needs
        )
    words = {
        Fit.FITS: _("Needs about {needs} of memory; {free} can be had now. It fits."),
        Fit.TIGHT: _(
            "Needs about {needs} of memory; {free} can be had now. It is tight: other programs may get slow."
        ),
    }.get(
        known.fit,
        _("Needs about {needs} of memory; only {free} can be had now. It does not fit."),
    )
    return words.format(needs=needs, free=size(room))


def base_explained() -> str:
    """What a base model is, for whoever added one."""
    return _(
        "This is a base model: its file does not say how a chat is written. It continues texts instead of "
        "answering, and is likely to ramble. For chats, look for a file called “instruct” or “chat”."
    )


def not_stated() -> str:
    """Said where a file is silent."""
    return _("not stated in the file")


def not_measured() -> str:
    """Said before anything was measured."""
    return _("not measured yet")


def parameters_in_words(count: int) -> str:
    """134,515,008 as 135M."""
    if count < 10**6:
        return ""
    value, unit = (count / 10**9, "B") if count >= 10**9 else (count / 10**6, "M")
    return f"{value:.0f}{unit}" if value >= 100 or unit == "M" else f"{value:.1f}{unit}"


def claims(card: ModelCard) -> list[Line]:
    """What the file says of itself, nobody having checked it."""
    return [
        Line(_("Name"), card.name),
        Line(_("Made by"), ", ".join(filter(None, (card.organisation, card.author)))),
        Line(_("Licence"), " · ".join(filter(None, (card.licence, card.licence_link)))),
        Line(_("Made from"), _few(card.base_models)),
        Line(_("Training data"), _few(card.datasets)),
        Line(_("Languages"), ", ".join(card.languages)),
        Line(_("Quantised by"), card.quantised_by),
        Line(_("Source"), card.source),
        Line(_("About"), card.description),
        Line(_("Architecture"), card.architecture),
        Line(_("Context"), _tokens(card.trained_context)),
        Line(
            _("Chat template"),
            _("in the file") if card.has_template else _("none: a base model"),
        ),
    ]


def measured(known: KnownModel, size: Size = plain_size) -> list[Line]:
    """What was worked out and measured on this computer."""
    measure: Measure = known.measure
    speed = measure.tokens_per_second
    return [
        Line(_("File"), size(known.size) if known.size else ""),
        Line(_("SHA-256"), known.sha256),
        Line(_("Parameters"), f"{known.card.parameters:,}" if known.card.parameters else ""),
        Line(_("Stored as"), known.card.quantisation),
        Line(_("Window used here"), _tokens(known.window)),
        Line(_("Memory it needs, estimated"), size(known.needs) if known.needs else ""),
        Line(_("Memory it took when loaded"), size(measure.memory) if measure.memory else ""),
        Line(_("Speed seen"), _("{speed:.1f} tokens a second").format(speed=speed) if speed else ""),
    ]


def _tokens(count: int) -> str:
    return _("{count} tokens").format(count=f"{count:,}") if count else ""


def _few(names: list[str]) -> str:
    told = ", ".join(names[:_FEW])
    if len(names) <= _FEW:
        return told
    return _("{names} and {count} more").format(names=told, count=len(names) - _FEW)
