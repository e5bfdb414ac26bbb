# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree of a chat: its nodes, and how it is laid out as a map that stays readable at any length.

The shown path runs straight down at the left edge. At a fork the other versions come first, one step to the
right, each with all that follows it; then the version that is shown, or else the newest, goes on where the
fork was. So the depth counts forks, not messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from desktop.domain.conversation import ChatId, MessageId, Role, Status


class RemovedBranch(NamedTuple):
    """What was deleted of a chat and can still be brought back.

    Attributes:
        id: names it.
        messages: how many went, over all versions.
    """

    id: ChatId
    messages: int


class Node(NamedTuple):
    """A message of the tree without its text; a tuple, because ten thousand are made at once."""

    id: MessageId
    parent_id: MessageId | None
    role: Role
    status: Status


class MapRow(NamedTuple):
    """One line of the map.

    Attributes:
        level: how many forks lie between it and the shown path.
        shown: it is on the shown path.
        version: its place among the messages that share parent and role, from 1.
        versions: how many those are.
        begins: it is the first of its branch.
        ends: nothing follows it.
    """

    id: MessageId
    role: Role
    status: Status
    level: int
    shown: bool
    version: int
    versions: int
    begins: bool
    ends: bool


def lay_out(nodes: Sequence[Node], head_id: MessageId | None) -> list[MapRow]:
    """The lines of the map, top to bottom.

    Args:
        nodes: every message, oldest first.
        head_id: the leaf of the shown path.
    """
    by_id = {node.id: node for node in nodes}
    below: dict[MessageId | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    places: dict[MessageId, tuple[int, int]] = {}
    for family in below.values():
        if len(family) > 1:
            for role in Role:
                versions = [node.id for node in family if node.role is role]
                places.update({one: (at, len(versions)) for at, one in enumerate(versions, start=1)})
    shown: set[MessageId] = set()
    at = head_id
    while at is not None and at in by_id:
        shown.add(at)
        at = by_id[at].parent_id
    rows: list[MapRow] = []
    # What is still to come, the next one last: a message, its level, and whether a branch begins with it.
    waiting: list[tuple[Node, int, bool]] = []

    def push(family: Sequence[Node], level: int, begins: bool) -> None:
        if not family:
            return
        main = next((node for node in family if node.id in shown), family[-1])
        waiting.append((main, level, begins))
        waiting.extend((node, level + 1, True) for node in reversed(family) if node is not main)

    push(below.get(None, ()), 0, True)
    while waiting:
        node, level, begins = waiting.pop()
        following = below.get(node.id, ())
        place, count = places.get(node.id, (1, 1))
        rows.append(
            MapRow(
                node.id,
                node.role,
                node.status,
                level,
                node.id in shown,
                place,
                count,
                begins,
                not following,
            )
        )
        push(following, level, False)
    return rows
