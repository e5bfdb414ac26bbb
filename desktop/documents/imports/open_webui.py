# SPDX-License-Identifier: GPL-3.0-or-later
"""Open WebUI's export: a list of chats, each a tree of messages under ``history``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop.documents.imports.common import (
    ROLES,
    Draft,
    NearestKept,
    fingerprint,
    joined,
    listed,
    mapping,
    moment,
    name,
    text,
)
from desktop.documents.imports.wire import Item, Why
from desktop.domain.conversation import Status

SOURCE = "open-webui"


def is_chat(value: dict[str, Any]) -> bool:
    """Whether an object is one chat of such an export; older ones have no wrapper."""
    return isinstance(mapping(_inside(value).get("history")).get("messages"), dict)


def parse(value: dict[str, Any], what: str) -> Iterator[Item]:
    """One chat with its branches."""
    chat = _inside(value)
    history = mapping(chat.get("history"))
    models = [one for one in listed(chat.get("models")) if isinstance(one, str)]
    draft = Draft(
        SOURCE,
        text(value.get("id")) or text(chat.get("id")) or fingerprint(value),
        title=text(value.get("title")) or text(chat.get("title")),
        created_at=moment(value.get("created_at")) or moment(chat.get("timestamp")),
        updated_at=moment(value.get("updated_at")),
        model=name(models[0]) if models else None,
        system_prompt=text(mapping(chat.get("params")).get("system")) or None,
        pinned=value.get("pinned") is True,
        archived=value.get("archived") is True,
        head=text(history.get("currentId")) or None,
    )
    nodes = {
        key: {**mapping(one), "parent": mapping(one).get("parentId")}
        for key, one in mapping(history.get("messages")).items()
    }
    kept = {key for key, one in nodes.items() if text(one.get("role")) in ROLES}
    above = NearestKept(nodes, kept)
    if draft.head is not None and draft.head not in kept:
        draft.head = above.of(draft.head)
    for key, message in nodes.items():
        role = ROLES.get(text(message.get("role")))
        if role is None:
            draft.skip(Why.BAD_CHAT)
            continue
        if files := len(listed(message.get("files"))):
            draft.skip(Why.ATTACHED, files)
        content = message.get("content")
        if isinstance(content, list):
            words = joined([text(mapping(part).get("text")) for part in content])
        else:
            words = text(content)
        draft.add(
            key,
            above.of(key),
            role,
            words,
            at=moment(message.get("timestamp")),
            model=name(message.get("model")),
            status=Status.FAILED if message.get("error") else Status.COMPLETE,
        )
    return draft.finished(what)


def _inside(value: dict[str, Any]) -> dict[str, Any]:
    return mapping(value.get("chat")) or value
