# SPDX-License-Identifier: GPL-3.0-or-later
"""``privacy report`` and ``privacy activity``: what is kept, how it is protected, what was done."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _, ngettext

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
    retention = asked.add_parser("retention", help=_("how long chats are kept, and what would go now"))
    retention.add_argument(
        "days", metavar="DAYS|off", nargs="?", help=_("from the last message; not given: only shown")
    )
    retention.add_argument("--chat", metavar="ID", help=_("for this chat only"))
    retention.add_argument(
        "--agree", action="store_true", help=_("erase what has had its time, and from now on unasked")
    )
    retention.add_argument("--json", action="store_true")


def privacy(context: Context, options: argparse.Namespace) -> int:
    """Answer one question about privacy."""
    asked = {"activity": _activity, "report": _report, "retention": _retention}
    return asked[options.privacy_command](context, options)


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


def _retention(context: Context, options: argparse.Namespace) -> int:
    from desktop.domain.conversation import ChatId
    from desktop.services.reports import retention_report

    days = _days(options.days)
    with context.session() as session:
        retention = session.retention
        if options.days is not None:
            if options.chat is None:
                retention.set_days(days).result()
            else:
                retention.set_chat_days(ChatId(options.chat), days).result()
        receipt = retention.agree() if options.agree else None
        state = retention.state().result()
    if options.json:
        terminal.write_json(retention_report(state))
        return ExitCode.OK
    if receipt is not None:
        words = ngettext("Erased {count} chat.", "Erased {count} chats.", receipt.deleted_chats)
        terminal.complain(words.format(count=receipt.deleted_chats))
    words = ngettext(
        "Chats are kept for {count} day.", "Chats are kept for {count} days.", state.rule.days or 0
    )
    kept = words.format(count=state.rule.days) if state.rule.days else _("Chats are kept for good.")
    terminal.write(kept + "\n")
    for chat in state.expired:
        terminal.write(f"{chat.id}  {chat.updated_at.astimezone():%Y-%m-%d}  {chat.title}\n")
    if state.expired and state.asks:
        terminal.complain(
            _("The clock of this computer jumped. Look at it; if these chats may go, say so with --agree.")
            if state.doubts_clock
            else _("These have had their time. Nothing goes until you agree to it once, with --agree.")
        )
    return ExitCode.OK


def _days(said: str | None) -> int | None:
    if said is None or said == "off":
        return None
    if not said.isascii() or not said.isdigit():
        raise UsageError(_("Say a number of days, or off."))
    return int(said)
