# SPDX-License-Identifier: GPL-3.0-or-later
"""``search``: messages by their words, narrowed down as in the window; chats by their titles."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.cli import terminal
from desktop.cli.context import Context
from desktop.domain import question
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _
from desktop.services.reports import chat_report, search_report

_MOST = 10_000


def add_commands(commands: Any) -> None:
    """Declare ``search`` in ``commands``, argparse's action for subcommands (it has no public type)."""
    search = commands.add_parser(
        "search",
        help=_("find messages"),
        description=_(
            "Finds messages that hold every word, by its beginning; a phrase in double quotes as it is. The "
            "options can also be said in the text: from:me, model:NAME, after:2026-01-01, before:2026-02-01, "
            "is:pinned, is:archived; after: also takes today, week, month and year."
        ),
    )
    search.add_argument("text", metavar="TEXT", nargs="?", default="")
    search.add_argument("--from", dest="role", choices=(question.ME, question.MODEL), help=_("who wrote it"))
    search.add_argument("--model", metavar="NAME", help=_("part of the name of the model that wrote it"))
    search.add_argument("--after", metavar="DATE", type=_date, help=_("on this day or later"))
    search.add_argument("--before", metavar="DATE", type=_date, help=_("before this day"))
    search.add_argument("--pinned", action="store_true", help=_("only in pinned chats"))
    search.add_argument("--archived", action="store_true", help=_("only in archived chats"))
    search.add_argument("--titles", action="store_true", help=_("list the chats whose title it is instead"))
    search.add_argument(
        "--limit", metavar="N", type=_limit, default=50, help=_("most messages, the newest; 50 if not given")
    )
    search.add_argument("--json", action="store_true")


def search(context: Context, options: argparse.Namespace) -> int:
    """Find messages; no hits is no error."""
    asked = question.parse(_in_words(options))
    if asked.is_empty:
        raise UsageError(_("Say what to look for."))
    with context.session() as session:
        if options.titles:
            chats = session.finder.chats(asked).result()
        else:
            hits = session.finder.search(asked, limit=options.limit)
    if options.titles:
        reports = [chat_report(chat) for chat in chats]
        if options.json:
            terminal.write_json(reports)
        for chat in () if options.json else chats:
            terminal.write(f"{chat.id}  {chat.title}\n")
        return ExitCode.OK
    found = [search_report(hit) for hit in hits]
    if options.json:
        terminal.write_json(found)
        return ExitCode.OK
    for hit in found:
        terminal.write(f"{hit.chat_id}  {' '.join(hit.snippet.split())}\n")
    return ExitCode.OK


def _in_words(options: argparse.Namespace) -> str:
    """The options as the words that say the same."""
    said = [
        ("from", options.role),
        ("model", options.model and options.model.replace('"', " ")),
        ("after", options.after),
        ("before", options.before),
        ("is", "pinned" if options.pinned else None),
        ("is", "archived" if options.archived else None),
    ]
    text = str(options.text)
    if text.count('"') % 2:
        text += '"'
    for name, value in said:
        if value:
            text = question.with_word(text, name, value, only=name != "is")
    return text


def _date(text: str) -> str:
    if question.day(text) is None and text not in question.SPANS:
        raise argparse.ArgumentTypeError(_("must be a day such as 2026-01-31"))
    return text


def _limit(text: str) -> int:
    number = int(text)
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(_("must be from 1 to {most}").format(most=_MOST))
    return number


_limit.__name__ = "whole number"  # argparse names the type in its message
