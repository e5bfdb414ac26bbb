# SPDX-License-Identifier: GPL-3.0-or-later
"""Jan's threads: a folder each, with ``thread.json`` and one message a line in ``messages.jsonl``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop.documents.imports.common import (
    ROLES,
    Draft,
    joined,
    listed,
    mapping,
    moment,
    name,
    text,
)
from desktop.documents.imports.json_parts import decoded
from desktop.documents.imports.wire import Item, Why
from desktop.domain.conversation import Role, Status

SOURCE = "jan"
_STATUS = {"stopped": Status.STOPPED, "error": Status.FAILED, "pending": Status.INTERRUPTED}


def parse(thread: dict[str, Any], lines: list[bytes], what: str) -> Iterator[Item]:
    """One thread; its messages are in a row."""
    assistant = mapping(next(iter(listed(thread.get("assistants"))), None))
    model = assistant.get("model")
    draft = Draft(
        SOURCE,
        text(thread.get("id")) or what,
        title=text(thread.get("title")),
        created_at=moment(thread.get("created")),
        updated_at=moment(thread.get("updated")),
        model=name(model) or name(mapping(model).get("id")),
        system_prompt=text(assistant.get("instructions")) or None,
    )
    parent: str | None = None
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            message = mapping(decoded(line))
        except ValueError:
            message = {}
        role = ROLES.get(text(message.get("role")))
        if role is None:
            draft.skip(Why.BAD_CHAT)
            continue
        content = message.get("content")
        parts = [_part(mapping(part)) for part in listed(content)]
        words = content if isinstance(content, str) else joined([part or "" for part in parts])
        if not words.strip():
            draft.skip(Why.NOT_TEXT if parts else Why.EMPTY)
            continue
        if lost := parts.count(None):
            draft.skip(Why.ATTACHED, lost)
        key = text(message.get("id")) or str(number)
        parent = draft.head = draft.add(
            key,
            parent,
            role,
            words,
            at=moment(message.get("created_at")) or moment(message.get("created")),
            model=draft.model if role is Role.ASSISTANT else None,
            status=_STATUS.get(text(message.get("status")), Status.COMPLETE)
            if role is Role.ASSISTANT
            else Status.COMPLETE,
        )
    return draft.finished(what)


def _part(part: dict[str, Any]) -> str | None:
    """Its words; None for a picture or the call of a tool."""
    held = part.get("text")
    if isinstance(held, str):
        return held
    return text(mapping(held).get("value")) if "text" in part else None
