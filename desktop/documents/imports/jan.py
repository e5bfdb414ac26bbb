# SPDX-License-Identifier: GPL-3.0-or-later
"""Jan's threads: a folder each, with ``thread.json`` and one message a line in ``messages.jsonl``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop.documents.imports.common import (
    ROLES,
    Draft,
    decoded,
    joined,
    listed,
    mapping,
    moment,
    name,
    text,
)
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
        system_prompt=name(assistant.get("instructions")),
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
        words = content if isinstance(content, str) else joined([_part(mapping(p)) for p in listed(content)])
        if not words.strip():
            draft.skip(Why.NOT_TEXT)
            continue
        key = text(message.get("id")) or str(number)
        draft.add(
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
        parent = draft.head = key
    return draft.finished(what)


def _part(part: dict[str, Any]) -> str:
    held = part.get("text")
    return held if isinstance(held, str) else text(mapping(held).get("value"))
