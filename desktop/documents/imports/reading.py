# SPDX-License-Identifier: GPL-3.0-or-later
"""From a path to chats: which format it is, each file and each chat on its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from desktop.documents.imports import alpaca, chatgpt, gpt4all, inglenook, jan, lm_studio, open_webui
from desktop.documents.imports.common import fingerprint, mapping
from desktop.documents.imports.json_parts import decoded, elements, in_utf8
from desktop.documents.imports.sources import Source, UnreadableError, sources
from desktop.documents.imports.wire import Item, Skipped, Why
from desktop.domain.archive import ARCHIVE_VERSION, ArchivedChat

_FORMATS = (
    (chatgpt.is_chat, chatgpt.parse),
    (open_webui.is_chat, open_webui.parse),
    (lm_studio.is_chat, lm_studio.parse),
)
_SUFFIXES = (".json", ".jsonl", ".inglenook", ".chat", ".db")
_STRANGE_TOLD = 1000  # parts of one file
_UNKNOWN_TOLD = 10
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
        strange: list[Skipped] = []
        more, holds_chats = 0, False
        for item in _guarded(_of_file(source), source.name):
            if isinstance(item, Skipped) and item.why is Why.UNKNOWN:
                if len(strange) < _STRANGE_TOLD:
                    strange.append(item)
                else:
                    more += 1
                continue
            holds_chats = found = True
            yield item
        if holds_chats:  # among chats, what is none is damaged
            yield from (Skipped(item.what, Why.BAD_CHAT) for item in strange)
            if more:
                yield Skipped(source.name, Why.BAD_CHAT, more)
        else:
            unknown.extend(strange[: _UNKNOWN_TOLD - len(unknown)])
    for folder, parts in threads.items():
        found = True
        yield from _guarded(_of_thread(folder, parts), folder)
    if not found:
        yield from unknown or [Skipped(path.name.encode("utf-8", "replace").decode()[:200], Why.UNKNOWN)]


def _guarded(found: Iterator[Item], what: str) -> Iterator[Item]:
    """What is found, up to where a parser fails over something nobody has thought of: one file, not all."""
    try:
        yield from found
    except MemoryError:
        yield Skipped(what, Why.TOO_LARGE)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        yield Skipped(what, Why.BAD_CHAT)


def _of_file(source: Source) -> Iterator[Item]:
    what = source.name
    try:
        data = source.read()
    except UnreadableError:
        yield Skipped(what, Why.UNREADABLE)
        return
    if gpt4all.is_chat(data):
        yield from gpt4all.parse(data, what)
    elif alpaca.is_database(data):
        yield from alpaca.parse(data, what)
    else:
        yield from of_data(data, what)


def of_data(data: bytes, what: str) -> Iterator[Item]:
    """The chats in an archive of ours, or in JSON of any of the formats."""
    if (version := inglenook.version(data)) is not None:
        if version > ARCHIVE_VERSION:
            yield Skipped(what, Why.NEWER)
        else:
            yield from inglenook.parse(inglenook.lines_of([data]), what)
        return
    data = in_utf8(data)
    chats = elements(data)
    if chats is not None:
        for number, raw in enumerate(chats):
            yield from _guarded(_of_element(raw, f"{what}, {number}"), f"{what}, {number}")
        return
    try:
        whole = decoded(data)
    except ValueError:
        yield Skipped(what, Why.UNREADABLE if what.lower().endswith(".json") else Why.UNKNOWN)
        return
    yield from _of_value(whole, what)


def _of_element(raw: bytes | msgspec.Raw, what: str) -> Iterator[Item]:
    try:
        value = decoded(raw)
    except ValueError:
        return iter([Skipped(what, Why.BAD_CHAT)])
    return _of_value(value, what)


def _of_value(value: Any, what: str) -> Iterator[Item]:
    chat = mapping(value)
    if chat.get("record") == "chat":  # our own JSON
        try:
            return inglenook.found(msgspec.convert(chat, ArchivedChat))
        except (msgspec.ValidationError, RecursionError):
            return iter([Skipped(what, Why.BAD_CHAT)])
    for is_chat, parse in _FORMATS:
        if is_chat(chat):
            return parse(chat, what)
    return iter([Skipped(what, Why.UNKNOWN)])


def _of_thread(folder: str, parts: dict[str, Source]) -> Iterator[Item]:
    try:
        thread = mapping(decoded(in_utf8(parts[_THREAD].read()))) if _THREAD in parts else {}
    except (UnreadableError, ValueError):  # its messages may be fine
        yield Skipped(parts[_THREAD].name, Why.UNREADABLE)
        thread = {}
    try:
        lines = in_utf8(parts[_MESSAGES].read()).split(b"\n") if _MESSAGES in parts else []
    except UnreadableError:
        yield Skipped(parts[_MESSAGES].name, Why.UNREADABLE)
        lines = []
    yield from jan.parse(thread, lines, folder if folder != "." else fingerprint([bytes(x) for x in lines]))
