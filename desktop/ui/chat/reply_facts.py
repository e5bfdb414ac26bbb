# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a message, in words."""

from __future__ import annotations

from desktop.domain.conversation import Message, ReplyStats, Role, StopReason, UsedSampling
from desktop.i18n import _

Fact = tuple[str, str]  # what, and how much of it


def facts(message: Message) -> list[Fact]:
    """Who wrote it, when, what it took, how its words were drawn, and why it ended; only what is known."""
    found: list[Fact] = []
    if message.edited:
        found.append((_("Edited"), _("By you")))
    if message.model:
        found.append((_("Model"), message.model))
    found.append((_("Time"), f"{message.created_at.astimezone():%Y-%m-%d %H:%M}"))
    if message.stats is not None:
        found += _measured(message.stats)
        if message.stats.sampling is not None:
            found += _drawn(message.stats.sampling)
    if message.role is Role.ASSISTANT and message.stop_reason is not None:
        found.append((_("Ended"), ended(message.stop_reason)))
    return found


def ended(reason: StopReason) -> str:
    """Why a reply ended."""
    match reason:
        case StopReason.END:
            return _("The model was done")
        case StopReason.LENGTH:
            return _("At the length limit")
        case StopReason.CANCELLED:
            return _("You stopped it")
        case StopReason.ERROR:
            return _("It broke off")


def _measured(stats: ReplyStats) -> list[Fact]:
    found = [
        (
            _("Read"),
            _("{count} tokens, {cached} of them remembered").format(
                count=f"{stats.prompt_tokens:,}", cached=f"{stats.cached_tokens:,}"
            ),
        ),
        (_("Wrote"), _("{count} tokens").format(count=f"{stats.completion_tokens:,}")),
    ]
    if stats.tokens_per_second > 0:
        found.append((_("Speed"), _("{speed} tokens/s").format(speed=f"{stats.tokens_per_second:.1f}")))
    found.append(
        (_("First word after"), _("{seconds} s").format(seconds=f"{stats.time_to_first_token_s:.2f}"))
    )
    if stats.thinking_s > 0:
        found.append((_("Thought for"), _("{seconds} s").format(seconds=f"{stats.thinking_s:.1f}")))
    found.append((_("Took in all"), _("{seconds} s").format(seconds=f"{stats.total_s:.1f}")))
    if stats.context_size:
        found.append((_("Window"), _("{count} tokens").format(count=f"{stats.context_size:,}")))
    if stats.dropped_messages:
        found.append(
            (
                _("Left out"),
                _("The oldest {count} messages did not fit").format(count=f"{stats.dropped_messages:,}"),
            )
        )
    return found


def _drawn(used: UsedSampling) -> list[Fact]:
    found = [
        (_("Temperature"), f"{used.temperature:g}"),
        (_("Top-p"), f"{used.top_p:g}"),
        (_("Top-k"), f"{used.top_k:,}"),
        (_("Min-p"), f"{used.min_p:g}"),
        (_("Repeat penalty"), f"{used.repeat_penalty:g}"),
    ]
    if used.presence_penalty or used.frequency_penalty:
        found += [
            (_("Presence penalty"), f"{used.presence_penalty:g}"),
            (_("Frequency penalty"), f"{used.frequency_penalty:g}"),
        ]
    found.append((_("At most"), _("{count} tokens").format(count=f"{used.max_tokens:,}")))
    found.append((_("Seed"), str(used.seed)))
    return found
