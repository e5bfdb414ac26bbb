# SPDX-License-Identifier: GPL-3.0-or-later
"""The template child: renders chat templates, which are programs from strangers, with nothing in reach.

The environment is the one models' authors write for: Hugging Face's ``apply_chat_template`` (Jinja2,
sandboxed and immutable, ``trim_blocks``, ``lstrip_blocks``, loop controls, ``raise_exception``,
``strftime_now``, ``tojson`` without HTML escapes, ``{% generation %}``).
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from typing import Any, NoReturn

import jinja2.debug  # jinja2 imports it on the first error, when no file can be read any more
import jinja2.ext
import jinja2.nodes
import jinja2.parser
import jinja2.sandbox

from desktop.documents.template_wire import (
    MAX_FRAME,
    MAX_OUTPUT,
    FromChild,
    Ready,
    Refused,
    Render,
    Rendered,
    Turn,
)
from desktop.domain.conversation import Role
from desktop.sandbox.confine import confine_child
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter, PipeClosedError
from desktop.sandbox.process import claim_pipes
from desktop.sandbox.profiles import DOCUMENT


class _Generation(jinja2.ext.Extension):
    """``{% generation %}…{% endgeneration %}`` marks what to train on; here it is transparent."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own way to declare tags

    def parse(self, parser: jinja2.parser.Parser) -> list[jinja2.nodes.Node]:
        """Return the body as it is."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class TemplateRefusal(Exception):  # noqa: N818 - the template's word, not our error
    """The template raised, or is no template."""


class Templates:
    """Compiles and renders; remembers the last template, since a chat keeps to one."""

    def __init__(self) -> None:
        self._environment = _environment()
        self._last: tuple[str, jinja2.Template] | None = None

    def render(self, request: Render) -> str:
        """Render; a system message the template refuses or ignores goes before the first user's words.

        Raises:
            TemplateRefusal: the template raised, or is no template.
        """
        template = self._compile(request.template)
        messages = request.messages
        if not messages or messages[0].role is not Role.SYSTEM:
            return _fill(template, messages, request)
        system = messages[0].content.strip()
        try:
            text = _fill(template, messages, request)
            if system in text:
                return text
        except TemplateRefusal:
            return _fill(template, _without_system(messages), request)
        # It was left out without a word (or escaped): prefer a form that has it.
        try:
            merged = _fill(template, _without_system(messages), request)
        except TemplateRefusal:
            return text
        return merged if system in merged else text

    def _compile(self, source: str) -> jinja2.Template:
        if self._last is None or self._last[0] != source:
            try:
                self._last = (source, self._environment.from_string(source))
            except Exception:
                raise TemplateRefusal from None
        return self._last[1]


def _environment() -> jinja2.sandbox.ImmutableSandboxedEnvironment:
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, jinja2.ext.loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = _strftime_now
    return environment


def _fill(template: jinja2.Template, messages: Sequence[Turn], request: Render) -> str:
    try:
        return template.render(
            messages=[{"role": turn.role.value, "content": turn.content} for turn in messages],
            tools=None,
            documents=None,
            add_generation_prompt=True,
            bos_token=request.bos,
            eos_token=request.eos,
        )
    except Exception:  # whatever a stranger's program does, MemoryError and RecursionError included
        raise TemplateRefusal from None


def _without_system(messages: Sequence[Turn]) -> list[Turn]:
    """The system text moved into the first user turn (its own turn, if another comes first)."""
    system, rest = messages[0], list(messages[1:])
    if rest and rest[0].role is Role.USER:
        return [Turn(Role.USER, f"{system.content}\n\n{rest[0].content}"), *rest[1:]]
    return [Turn(Role.USER, system.content), *rest]


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _strftime_now(pattern: str) -> str:
    return dt.datetime.now().astimezone().strftime(pattern)


def _warm_up(templates: Templates) -> None:
    """Do everything once that reads files the first time: imports, the time zone, an error's way."""
    for source in (
        "{{ strftime_now('%d %b %Y %p %Z') }}{{ messages | tojson }}",
        "{{ raise_exception('') }}",
        "{%",
    ):
        try:
            templates.render(Render(source, [Turn(Role.USER, "é")], "", ""))
        except TemplateRefusal:
            continue


def _answer(templates: Templates, request: Render) -> FromChild:
    try:
        text = templates.render(request)
    except TemplateRefusal:
        return Refused()
    return Rendered(text) if len(text) <= MAX_OUTPUT else Refused()


def main() -> int:
    """Serve requests until the pipe ends."""
    commands, events = claim_pipes()
    templates = Templates()
    _warm_up(templates)
    writer = FrameWriter(events, limit=MAX_FRAME)
    reader: FrameReader[Render] = FrameReader(commands, Render, limit=MAX_FRAME)
    confine_child(DOCUMENT)
    try:
        writer.send(Ready())
        while (request := reader.receive()) is not None:
            try:
                writer.send(_answer(templates, request))
            except PipeClosedError:
                raise
            except (FrameError, MemoryError):  # too many bytes, or half a surrogate
                writer.send(Refused())
    except FrameError:
        return os.EX_PROTOCOL if hasattr(os, "EX_PROTOCOL") else 1
    return 0
