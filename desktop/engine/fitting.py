# SPDX-License-Identifier: GPL-3.0-or-later
"""Which messages a prompt keeps when the conversation outgrows the window. Pure.

Dropping one turn at a time would move the beginning of the prompt at every question, and nothing evaluated
before could be reused. So a cut goes down to 60 % of the window, and holds until the window overflows again.
No state is kept for that: the conversation is replayed from its start, and the cuts fall where they fell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from desktop.domain.conversation import Role

KEEP = 0.6
"""Share of the window that is left after a cut."""

ROOM_SHARE = 4
"""A reply is promised a quarter of the window (or ``max_tokens``, if that is less)."""

LEAST_ROOM = 64
"""Tokens a reply needs to be worth making, when the last message fills nearly the whole window."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a conversation costs, in tokens.

    Attributes:
        fixed: the system message and what the template adds to every prompt.
        messages: each message after the system message, with what the template puts around it.
    """

    fixed: int
    messages: tuple[int, ...]


def reply_room(window: int, max_tokens: int) -> int:
    """Tokens kept free for the reply."""
    return max(1, min(max_tokens, window // ROOM_SHARE))


def least_room(window: int, max_tokens: int) -> int:
    """Tokens that must be free for a reply when nothing more can be dropped."""
    return max(1, min(max_tokens, LEAST_ROOM, window // ROOM_SHARE))


def turn_starts(roles: Sequence[Role]) -> list[int]:
    """Where the kept history may begin: at any message of the person's, or at the very beginning."""
    return [index for index, role in enumerate(roles) if role is Role.USER or index == 0]


def first_kept(sizes: Sizes, roles: Sequence[Role], window: int, room: int) -> int:
    """The index of the first message to keep.

    Args:
        sizes: what everything costs.
        roles: who wrote each of ``sizes.messages``; the last one is to be answered.
        window: tokens in all.
        room: tokens kept free for the reply.

    Returns:
        0 while everything fits, else the start of a turn of the person's. The last turn is always kept, even
        if it does not fit: whoever evaluates the prompt finds out.
    """
    total = [0, *accumulate(sizes.messages)]
    starts = turn_starts(roles)
    target = int(window * KEEP)
    moments = [index for index in starts if roles[index] is Role.USER]
    if roles and (not moments or moments[-1] != len(roles) - 1):
        moments.append(len(roles) - 1)
    kept, at = 0, 0  # ``starts[at]`` is ``kept``
    for moment in moments:
        asked = total[moment + 1] + sizes.fixed
        if asked - total[kept] + room <= window:
            continue
        while at + 1 < len(starts) and starts[at + 1] <= moment:
            at += 1
            kept = starts[at]
            if asked - total[kept] <= min(target, window - room):
                break
    return kept
