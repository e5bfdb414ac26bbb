# SPDX-License-Identifier: GPL-3.0-or-later
"""ChatGPT's export: ``conversations.json`` or numbered parts; trees of nodes, some of them hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop.documents.imports.common import (
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
from desktop.domain.conversation import Role

SOURCE = "chatgpt"
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "tool": Role.ASSISTANT, "system": Role.SYSTEM}
_NOT_SAID = ("user_editable_context", "model_editable_context", "reasoning_recap", "system_error")
_NAMES_OF_KINDS = ("content_type", "language", "response_format_name")
_ELSEWHERE = "[…]"  # a picture or a sound, which the export keeps in another file


def is_chat(value: dict[str, Any]) -> bool:
    """Whether an object is one conversation of such an export."""
    return isinstance(value.get("mapping"), dict)


def parse(value: dict[str, Any], what: str) -> Iterator[Item]:
    """One conversation: hidden and wordless nodes are left out and their children hung higher."""
    draft = Draft(
        SOURCE,
        text(value.get("conversation_id")) or text(value.get("id")) or fingerprint(value),
        title=text(value.get("title")),
        created_at=moment(value.get("create_time")),
        updated_at=moment(value.get("update_time")),
        model=name(value.get("default_model_slug")),
        pinned=value.get("is_starred") is True or moment(value.get("pinned_time")) is not None,
        archived=value.get("is_archived") is True,
    )
    nodes = {key: mapping(node) for key, node in mapping(value.get("mapping")).items()}
    kept: dict[str, tuple[Role, str]] = {}
    for key, node in nodes.items():
        message = mapping(node.get("message"))
        said = _said(message, draft) if message else None
        if said is not None:
            kept[key] = said
    above = NearestKept(nodes, kept)
    for key, (role, words) in kept.items():
        message = mapping(nodes[key].get("message"))
        meta = mapping(message.get("metadata"))
        draft.add(
            key,
            above.of(key),
            role,
            words,
            at=moment(message.get("create_time")) or draft.created_at,
            model=(name(meta.get("model_slug")) or draft.model) if role is Role.ASSISTANT else None,
        )
    current = value.get("current_node")
    if isinstance(current, str):
        draft.head = current if current in kept else above.of(current)
    return draft.finished(what)


def _said(message: dict[str, Any], draft: Draft) -> tuple[Role, str] | None:
    meta = mapping(message.get("metadata"))
    role = _ROLES.get(text(mapping(message.get("author")).get("role")))
    content = mapping(message.get("content"))
    kind = text(content.get("content_type"))
    if role is None:
        draft.skip(Why.BAD_CHAT)
        return None
    words = _words(content, kind)
    if (
        kind in _NOT_SAID
        or meta.get("is_user_system_message") is True
        or meta.get("is_visually_hidden_from_conversation") is True
        or message.get("weight") == 0
    ):
        if _says_something(content):
            draft.skip(Why.HIDDEN)
        return None
    if not words.strip():
        if role is not Role.SYSTEM and _says_something(content):
            draft.skip(Why.NOT_TEXT)
        return None
    lost = sum(not _of_part(part) or _of_part(part) == _ELSEWHERE for part in _objects(content))
    if lost:
        draft.skip(Why.ATTACHED, lost)
    return role, words


def _words(content: dict[str, Any], kind: str) -> str:
    if kind in ("code", "execution_output"):
        language = text(content.get("language"))
        words = text(content.get("text"))
        return f"```{language if language.isalnum() else ''}\n{words}\n```" if words.strip() else ""
    if kind == "thoughts":
        thoughts = [text(mapping(one).get("content")) for one in listed(content.get("thoughts"))]
        words = joined(thoughts)
        return f"<think>\n{words}\n</think>" if words else ""
    if isinstance(content.get("parts"), list):
        return joined([part if isinstance(part, str) else _of_part(part) for part in content["parts"]])
    return text(content.get("text")) or text(content.get("result"))


def _of_part(part: object) -> str:
    held = mapping(part)
    return text(held.get("text")) or (_ELSEWHERE if held.get("content_type") else "")


def _objects(content: dict[str, Any]) -> list[object]:
    return [part for part in listed(content.get("parts")) if not isinstance(part, str)]


def _says_something(content: dict[str, Any]) -> bool:
    """Whether anything is in it, be it of a kind we cannot read."""
    if isinstance(content.get("parts"), list):
        return any(part.strip() if isinstance(part, str) else part for part in content["parts"])
    return any(value for key, value in content.items() if key not in _NAMES_OF_KINDS)
