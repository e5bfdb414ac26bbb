# SPDX-License-Identifier: GPL-3.0-or-later
"""``privacy``: what is kept, how it is protected, what was done, and requests about it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import privacy_correct, terminal
from desktop.domain.conversation import NEVER
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _, ngettext

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context
    from desktop.services.everything import Everything


def add_commands(commands: Any) -> None:
    """Declare the group in ``commands``, argparse's action for subcommands (it has no public type)."""
    group = commands.add_parser("privacy", help=_("what is kept, how it is protected, what was done"))
    asked = group.add_subparsers(
        dest="privacy_command", metavar="WHAT", required=True, parser_class=type(group)
    )
    report = asked.add_parser(
        "report", help=_("what is kept and where, how it is protected, who could read it")
    )
    report.add_argument("--everything", action="store_true", help=_("with every chat, setting and record"))
    report.add_argument(
        "--out", metavar="PATH", help=_("into this file, readable by you only; with --everything")
    )
    report.add_argument("--json", action="store_true")
    activity = asked.add_parser("activity", help=_("what was done with it, newest first"))
    activity.add_argument("--kind", metavar="KIND", help=_("such as exported; only entries of this kind"))
    activity.add_argument("--limit", metavar="N", type=int, default=1000, help=_("most entries shown"))
    activity.add_argument("--json", action="store_true")
    given = asked.add_parser("given", help=_("what the model was given for the last answers, in counts"))
    given.add_argument("--limit", metavar="N", type=int, default=50, help=_("most answers shown"))
    given.add_argument("--json", action="store_true")
    network = asked.add_parser("network", help=_("each use of the network, and whether downloads may begin"))
    network.add_argument("--downloads", choices=("on", "off"), help=_("off is the beginning"))
    network.add_argument("--json", action="store_true")
    stop = asked.add_parser(
        "stop-training", help=_("withdraw every chat from training, and keep new ones out")
    )
    stop.add_argument("--json", action="store_true")
    privacy_correct.add_command(asked)
    retention = asked.add_parser("retention", help=_("how long chats are kept, and what would go now"))
    retention.add_argument(
        "days",
        metavar="DAYS|off|never",
        nargs="?",
        help=_("from the last message; never keeps a chat whatever the rule is; not given: only shown"),
    )
    retention.add_argument("--chat", metavar="ID", help=_("for this chat only"))
    retention.add_argument(
        "--agree", action="store_true", help=_("erase what has had its time, and from now on unasked")
    )
    retention.add_argument("--json", action="store_true")


def privacy(context: Context, options: argparse.Namespace) -> int:
    """Answer one question about privacy."""
    asked = {
        "activity": _activity,
        "correct": privacy_correct.correct,
        "given": _given,
        "network": _network,
        "report": _report,
        "retention": _retention,
        "stop-training": _stop_training,
    }
    return asked[options.privacy_command](context, options)


def _report(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.privacy import everything_in_words
    from desktop.services.spec import in_words as spec_in_words

    if options.out is not None and not options.everything:
        raise UsageError(_("--out is for --everything."))
    with context.session() as session:
        if options.everything:
            _everything(session.everything, options)
            return ExitCode.OK
        found, done = session.privacy.report(), session.privacy.activity().result()
        told = session.spec.layers()
    if options.json:
        terminal.write_json(found)
    else:
        terminal.write(everything_in_words(found, done) + "\n" + spec_in_words(told))
    return ExitCode.OK


def _everything(everything: Everything, options: argparse.Namespace) -> None:
    if options.out is not None:
        everything.to_file(Path(options.out).expanduser(), as_json=options.json)
        return
    if options.json:
        terminal.write_json(everything.document())
    else:
        for piece in everything.text():
            terminal.write(piece)
    everything.note_shown(file=False)


def _activity(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.activity import in_words
    from desktop.services.privacy import activity_report

    with context.session() as session:
        done = session.privacy.activity(limit=max(0, options.limit), kind=options.kind).result()
    if options.json:
        terminal.write_json([activity_report(entry) for entry in done])
        return ExitCode.OK
    for entry in done:
        terminal.write(f"{entry.at.astimezone():%Y-%m-%d %H:%M}  {in_words(entry)}\n")
    if not done:
        terminal.complain(_("Nothing was exported, imported, deleted or allowed yet."))
    return ExitCode.OK


def _given(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.privacy import given_in_words

    with context.session() as session:
        found = session.privacy.given_report(limit=max(0, options.limit))
    if options.json:
        terminal.write_json(found)
        return ExitCode.OK
    terminal.write(given_in_words(found) + "\n")
    for one in found.latest:
        terminal.write(
            _(
                "{at}  {chat}  {model}: {prompt} tokens, {system} of them instructions; left out: {left}"
            ).format(
                at=one.at,
                chat=one.chat_id,
                model=one.model or _("not known"),
                prompt=one.prompt_tokens,
                system=one.system_tokens,
                left=one.left_out_messages,
            )
            + "\n"
        )
    return ExitCode.OK


def _network(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.privacy import network_in_words, uses_in_words

    with context.session() as session:
        if options.downloads is not None:
            session.network.allow_downloads(options.downloads == "on").result()
        found = session.privacy.network_report()
    if options.json:
        terminal.write_json(found)
        return ExitCode.OK
    terminal.write(network_in_words(found) + "\n")
    allowed = (
        _("Downloads: each is asked about.") if found.downloads_allowed else _("Downloads: not allowed.")
    )
    terminal.write(allowed + "\n")
    for line in uses_in_words(found):
        terminal.write(line + "\n")
    return ExitCode.OK


def _stop_training(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.moments import utc
    from desktop.services.privacy_reports import TrainingStoppedReport
    from desktop.services.training import stopped_in_words

    with context.session() as session:
        if session.training is None:
            raise UsageError(_("A temporary chat is never used for training."))
        stopped = session.training.stop().result()
    if options.json:
        moments = [utc(at) for at in stopped.exported_at]
        terminal.write_json(TrainingStoppedReport(stopped.chats, stopped.default_was_on, moments))
    else:
        terminal.write(stopped_in_words(stopped) + "\n")
    return ExitCode.OK


def _retention(context: Context, options: argparse.Namespace) -> int:
    from desktop.domain.conversation import ChatId
    from desktop.services.reports import retention_report

    days = _days(options.days)
    with context.session() as session:
        retention = session.retention
        if options.days is not None:
            if options.chat is None:
                retention.set_days(None if days == NEVER else days).result()
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
    if said == "never":
        return NEVER
    if not said.isascii() or not said.isdigit():
        raise UsageError(_("Say a number of days, off or never."))
    return int(said)
