# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats for reading: Markdown, and a page of HTML that prints well. Both show the shown path."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from desktop.domain.archive import ArchivedChat, ArchivedMessage
from desktop.domain.conversation import Role, Status
from desktop.i18n import _, ngettext
from desktop.services.export.containing import contained

_DEEPEST = 40  # nested quotes and lists; deeper ones stay text, so that a page cannot exhaust the stack

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
header { border-bottom: 1px solid #8886; margin-bottom: 1.5rem }
h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere }
.about, .who { color: #777; font-size: .85rem }
.who { margin: 0 0 .25rem; font-weight: 600 }
section { margin: 0 0 1.5rem; overflow-wrap: anywhere }
.user > div { white-space: pre-wrap; border-inline-start: 3px solid #c96f4a; padding-inline-start: .8rem }
pre { background: #8881; border-radius: 6px; padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere }
code, pre { font-family: ui-monospace, monospace; font-size: .9em }
table { border-collapse: collapse } th, td { border: 1px solid #8886; padding: .3rem .6rem }
article + article { margin-top: 4rem }
@media print {
  body { max-width: none; margin: 0; font-size: 11pt }
  article + article { break-before: page; margin-top: 0 }
  h1, h2, h3, .who { break-after: avoid } pre, table, blockquote { break-inside: avoid }
}
"""


def markdown_text(chat: ArchivedChat) -> str:
    """One chat as Markdown, ending with an empty line."""
    parts = [f"# {_title(chat)}", f"*{_about(chat)}*"]
    if chat.system_prompt:
        parts += [f"## {_('Instructions')}", contained(chat.system_prompt)]
    for message in shown_path(chat):
        parts += [f"## {_heading(message)}", contained(message.content)]
    return "\n\n".join(parts) + "\n\n"


def html_head(title: str) -> str:
    """The beginning of a page; nothing in it can load or run anything."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style></head>\n<body>\n"
    )


HTML_END = "</body></html>\n"


def html_article(chat: ArchivedChat) -> str:
    """One chat as an article of a page."""
    parts = [
        "<article>\n<header>",
        f'<h1 dir="auto">{escape(_title(chat))}</h1><p class="about">{escape(_about(chat))}</p></header>',
    ]
    if chat.system_prompt:
        parts.append(_section("user", _("Instructions"), escape(chat.system_prompt)))
    markdown = _renderer()
    for message in shown_path(chat):
        assistant = message.role is Role.ASSISTANT
        body = markdown.render(message.content) if assistant else escape(message.content)
        parts.append(_section("assistant" if assistant else "user", _heading(message), body))
    return "\n".join([*parts, "</article>\n"])


def shown_path(chat: ArchivedChat) -> list[ArchivedMessage]:
    """From the root to the head."""
    by_id = {message.id: message for message in chat.messages}
    path: list[ArchivedMessage] = []
    at = chat.head_id
    while at is not None and len(path) < len(by_id):
        message = by_id[at]
        path.append(message)
        at = message.parent_id
    return path[::-1]


def _title(chat: ArchivedChat) -> str:
    return " ".join(chat.title.split()) or _("Untitled chat")


def _about(chat: ArchivedChat) -> str:
    began = f"{chat.created_at.astimezone():%Y-%m-%d %H:%M}"
    others = len(chat.messages) - len(shown_path(chat))
    if not others:
        return began
    left_out = ngettext(
        "{count} message of other branches is not shown",
        "{count} messages of other branches are not shown",
        others,
    )
    return f"{began} · {left_out.format(count=others)}"


def _heading(message: ArchivedMessage) -> str:
    who = {Role.USER: _("You"), Role.SYSTEM: _("System")}.get(message.role) or message.model or _("Model")
    note = {
        Status.STOPPED: _("stopped"),
        Status.FAILED: _("broke off"),
        Status.INTERRUPTED: _("interrupted"),
    }.get(message.status)
    when = f"{message.created_at.astimezone():%Y-%m-%d %H:%M}"
    return " · ".join(filter(None, (" ".join(who.split()), when, note)))


def _section(kind: str, heading: str, body: str) -> str:
    return (
        f'<section class="{kind}"><p class="who">{escape(heading)}</p><div dir="auto">{body}</div></section>'
    )


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    markdown.enable(["table", "strikethrough"])
    markdown.add_render_rule("image", _image_as_words)
    return markdown


def _image_as_words(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any
) -> str:
    """What a picture is said to show; the page fetches nothing."""
    return escape(tokens[index].content)
