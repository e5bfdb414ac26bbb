# SPDX-License-Identifier: GPL-3.0-or-later
"""LM Studio's ``*.conversation.json``: messages in a row, each with versions of which one is selected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from desktop.documents.imports.common import ROLES, Draft, joined, listed, mapping, moment, name, text
from desktop.documents.imports.wire import Item, Why
from desktop.domain.conversation import Role

SOURCE = "lm-studio"
_CHANGES = ("assistantLastMessagedAt", "userLastMessagedAt")
_SYSTEM = "llm.prediction.systemPrompt"


def is_chat(value: dict[str, Any]) -> bool:
    """Whether an object is such a conversation."""
    messages = value.get("messages")
    return isinstance(messages, list) and any("versions" in mapping(one) for one in messages)


def parse(value: dict[str, Any], what: str) -> Iterator[Item]:
    """One conversation; versions that were not selected hang beside the one that was."""
    model = name(mapping(value.get("lastUsedModel")).get("identifier"))
    draft = Draft(
        SOURCE,
        text(value.get("id")) or PurePosixPath(what).name,  # its file is named after the moment it began
        title=text(value.get("name")),
        created_at=moment(value.get("createdAt")),
        updated_at=max(filter(None, (moment(value.get(one)) for one in _CHANGES)), default=None),
        model=model,
        system_prompt=_system_prompt(value),
        pinned=value.get("pinned") is True,
    )
    parent: str | None = None
    for place, held in enumerate(listed(value.get("messages"))):
        versions = listed(mapping(held).get("versions"))
        selected = mapping(held).get("currentlySelected")
        chosen = selected if isinstance(selected, int) and 0 <= selected < len(versions) else 0
        below, there = parent, {}
        for number, version in enumerate(versions):
            said = _said(mapping(version), model)
            if said is None:
                draft.skip(Why.BAD_CHAT)
                continue
            role, words, by = said
            if lost := _attached(mapping(version)):
                draft.skip(Why.ATTACHED, lost)
            if not words.strip() and role is not Role.USER:
                draft.skip(Why.EMPTY)
                continue
            there[number] = draft.add(f"{place}.{number}", below, role, words, model=by)
        if there:  # the selected version may be one that is left out
            parent = draft.head = there.get(chosen) or next(iter(there.values()))
    return draft.finished(what)


def _said(version: dict[str, Any], model: str | None) -> tuple[Role, str, str | None] | None:
    role = ROLES.get(text(version.get("role")))
    if role is None:
        return None
    if text(version.get("type")) == "multiStep":
        steps = [mapping(step) for step in listed(version.get("steps"))]
        words = joined(
            [_content(step.get("content")) for step in steps if step.get("type") == "contentBlock"]
        )
        made_by = [mapping(step.get("genInfo")).get("identifier") for step in steps]
        return role, words, next((named for one in made_by if (named := name(one))), model)
    return role, _content(version.get("content")), model if role is Role.ASSISTANT else None


def _attached(version: dict[str, Any]) -> int:
    return sum("text" not in mapping(part) for part in listed(version.get("content")))


def _content(value: object) -> str:
    return joined([text(mapping(part).get("text")) for part in listed(value)])


def _system_prompt(value: dict[str, Any]) -> str | None:
    fields = listed(mapping(value.get("perChatPredictionConfig")).get("fields"))
    for held in fields:
        one = mapping(held)
        if one.get("key") == _SYSTEM and text(one.get("value")).strip():
            return text(one.get("value"))
    return text(value.get("systemPrompt")) or None
