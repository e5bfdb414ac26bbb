# SPDX-License-Identifier: GPL-3.0-or-later
"""``privacy report`` and ``privacy activity``: what is kept, how it is protected, what was done."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode
from desktop.i18n import _

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context


def add_commands(commands: Any) -> None:
    """Declare the group in ``commands``, argparse's action for subcommands (it has no public type)."""
    group = commands.add_parser("privacy", help=_("what is kept, how it is protected, what was done"))
    asked = group.add_subparsers(
        dest="privacy_command", metavar="WHAT", required=True, parser_class=type(group)
    )
    for name, words in (
        ("report", _("what is kept and where, how it is protected, who could read it")),
        ("activity", _("what was exported, imported, deleted and allowed, newest first")),
    ):
        asked.add_parser(name, help=words).add_argument("--json", action="store_true")


def privacy(context: Context, options: argparse.Namespace) -> int:
    """Answer one question about privacy."""
    return _activity(context, options) if options.privacy_command == "activity" else _report(context, options)


def _report(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.privacy import everything_in_words

    with context.session() as session:
        found, done = session.privacy.report(), session.privacy.activity().result()
    if options.json:
        terminal.write_json(found)
    else:
        terminal.write(everything_in_words(found, done))
    return ExitCode.OK


def _activity(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.activity import in_words
    from desktop.services.privacy import activity_report

    with context.session() as session:
        done = session.privacy.activity().result()
    if options.json:
        terminal.write_json([activity_report(entry) for entry in done])
        return ExitCode.OK
    for entry in done:
        terminal.write(f"{entry.at.astimezone():%Y-%m-%d %H:%M}  {in_words(entry)}\n")
    if not done:
        terminal.complain(_("Nothing was exported, imported, deleted or allowed yet."))
    return ExitCode.OK
