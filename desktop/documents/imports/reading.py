# SPDX-License-Identifier: GPL-3.0-or-later
"""From a path to chats: which format it is, each file and each chat on its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from desktop.documents.imports import alpaca, chatgpt, gpt4all, inglenook, jan, lm_studio, open_webui
from desktop.documents.imports.common import decoded, in_utf8, mapping, raw_list
from desktop.documents.imports.sources import Source, UnreadableError, sources
from desktop.documents.imports.wire import Found, Item, Skipped, Why
from desktop.domain.archive import ArchivedChat

_FORMATS = (chatgpt, open_webui, lm_studio)
_SUFFIXES = (".json", ".jsonl", ".inglenook", ".chat", ".db")
_THREAD, _MESSAGES = "thread.json", "messages.jsonl"


def items(path: Path) -> Iterator[Item]:
    """Every chat below ``path``, and what is left out. Files that hold no chats are passed over."""
    threads: dict[str, dict[str, Source]] = {}
    found = False
    unknown: list[Skipped] = []
    for source in sources(path, lambda name: name.lower().endswith(_SUFFIXES)):
        if isinstance(source, Skipped):
            yield source
            continue
        if source.base in (_THREAD, _MESSAGES):
            threads.setdefault(str(PurePosixPath(source.name).parent), {})[source.base] = source
            continue
        for item in _of_file(source):
            if isinstance(item, Skipped) and item.why is Why.UNKNOWN:
                unknown.append(item)
                continue
            found = True
            yield item
    for folder, parts in threads.items():
        found = True
        yield from _of_thread(folder, parts)
    if not found:
        yield from unknown[:10] or [Skipped(path.name[:200], Why.UNKNOWN)]


def _of_file(source: Source) -> Iterator[Item]:
    what = source.name[:200]
    try:
        data = source.read()
    except UnreadableError:
        yield Skipped(what, Why.UNREADABLE)
        return
    if gpt4all.is_chat(data):
        yield from gpt4all.parse(data, what)
    elif alpaca.is_database(data):
        yield from alpaca.parse(data, what)
    elif inglenook.is_archive(data):
        yield from inglenook.parse(data, what)
    else:
        yield from _of_json(in_utf8(data), what)


def of_data(data: bytes, what: str) -> Iterator[Item]:
    """The chats in JSON of any of the formats."""
    return _of_json(in_utf8(data), what)


def _of_json(data: bytes, what: str) -> Iterator[Item]:
    chats = raw_list(data)
    if chats is None:
        try:
            whole = mapping(decoded(data))
        except ValueError:
            yield Skipped(what, Why.UNKNOWN)
            return
        inside = next(
            (whole[key] for key in ("conversations", "chats") if isinstance(whole.get(key), list)), None
        )
        for number, value in enumerate([whole] if inside is None else inside):
            yield from _of_value(value, what if inside is None else f"{what}, {number}")
        return
    for number, raw in enumerate(chats):
        try:
            value = decoded(raw)
        except ValueError:
            yield Skipped(f"{what}, {number}", Why.BAD_CHAT)
            continue
        yield from _of_value(value, f"{what}, {number}")


def _of_value(value: Any, what: str) -> Iterator[Item]:
    chat = mapping(value)
    if chat.get("record") == "chat":  # our own JSON
        try:
            yield Found(msgspec.convert(chat, ArchivedChat))
        except (msgspec.ValidationError, RecursionError):
            yield Skipped(what, Why.BAD_CHAT)
        return
    for form in _FORMATS:
        if form.is_chat(chat):
            try:
                yield from form.parse(chat, what)
            except (ValueError, OverflowError, RecursionError):
                yield Skipped(what, Why.BAD_CHAT)
            return
    yield Skipped(what, Why.UNKNOWN)


def _of_thread(folder: str, parts: dict[str, Source]) -> Iterator[Item]:
    what = folder[:200]
    try:
        thread = mapping(decoded(in_utf8(parts[_THREAD].read()))) if _THREAD in parts else {}
        lines = parts[_MESSAGES].read().split(b"\n") if _MESSAGES in parts else []
    except UnreadableError:
        yield Skipped(what, Why.UNREADABLE)
        return
    except ValueError:
        thread, lines = {}, parts[_MESSAGES].read().split(b"\n") if _MESSAGES in parts else []
    yield from jan.parse(thread, lines, what)
