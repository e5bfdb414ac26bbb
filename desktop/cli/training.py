# SPDX-License-Identifier: GPL-3.0-or-later
"""``training`` and ``feedback``: what may be used for training, seen before it leaves."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode, UsageError, UserActionError
from desktop.i18n import _, ngettext

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context
    from desktop.services.session import Session
    from desktop.services.training import Training

_MAX_FILE = 1024 * 1024  # bytes of a list of terms, or of a correction


def add_commands(commands: Any) -> None:
    """Declare the group in ``commands``, argparse's action for subcommands (it has no public type)."""
    group = commands.add_parser("training", help=_("what may be used for training"))
    asked = group.add_subparsers(
        dest="training_command", metavar="WHAT", required=True, parser_class=type(group)
    )
    review = asked.add_parser("review", help=_("every chat that may be used, as it would leave"))
    review.add_argument("--json", action="store_true")
    export = asked.add_parser(
        "export", help=_("write the filtered data set: examples, preferences, manifest")
    )
    export.add_argument("--out", metavar="DIR", required=True, help=_("a folder that is not there yet"))
    default = asked.add_parser("default", help=_("whether new chats may be used"))
    default.add_argument("given", choices=("on", "off"), nargs="?", help=_("shown if not given"))
    terms = asked.add_parser("terms", help=_("names and the like to be hidden wherever they stand"))
    terms.add_argument("--from", dest="file", metavar="FILE", help=_("keep these, one a line, and no others"))
    names = asked.add_parser("name-model", help=_("which name model is installed, and whether it is used"))
    names.add_argument("used", choices=("on", "off"), nargs="?", help=_("shown if not given"))

    feedback = commands.add_parser("feedback", help=_("rate an answer"))
    feedback.add_argument("id", metavar="MESSAGE_ID")
    feedback.add_argument("rating", choices=("up", "down", "none"))
    feedback.add_argument("--reason", metavar="TEXT", default="")
    feedback.add_argument("--correction-file", metavar="FILE", help=_("what the answer should have been"))


def training(context: Context, options: argparse.Namespace) -> int:
    """Do what was asked about training."""
    asked = {
        "review": _review,
        "export": _export,
        "default": _default,
        "terms": _set_terms,
        "name-model": _name_model,
    }
    with context.session() as session:
        return asked[options.training_command](_training_of(session), options)


def feedback(context: Context, options: argparse.Namespace) -> int:
    """Rate an answer, or take that back."""
    from desktop.domain.conversation import MessageId
    from desktop.domain.training import Rating

    rating = {"up": Rating.UP, "down": Rating.DOWN, "none": None}[options.rating]
    correction = _read(options.correction_file) if options.correction_file else None
    with context.session() as session:
        _training_of(session).rate(
            MessageId(options.id), rating, reason=options.reason, correction=correction
        ).result()
    return ExitCode.OK


def _review(training: Training, options: argparse.Namespace) -> int:
    from desktop.services.training import reviewed_chat_report

    if options.json:
        terminal.write_json([reviewed_chat_report(chat) for chat in training.review()])
        return ExitCode.OK
    is_empty = True
    for chat in training.review():
        is_empty = False
        terminal.write(f"# {chat.chat.title or _('Untitled chat')}  {chat.chat.id}\n")
        for message in chat.messages:
            terminal.write(f"\n{message.role}: {message.filtered}\n")
        terminal.write("\n")
    if is_empty:
        terminal.complain(_("No chat may be used for training."))
    return ExitCode.OK


def _export(training: Training, options: argparse.Namespace) -> int:
    done = training.export(Path(options.out).expanduser().absolute())
    words = ngettext(
        "{count} chat: {examples} examples, {pairs} preferences, {removed} passages replaced.",
        "{count} chats: {examples} examples, {pairs} preferences, {removed} passages replaced.",
        done.chats,
    )
    removed = sum(done.removed.values())
    terminal.complain(
        words.format(count=done.chats, examples=done.examples, pairs=done.pairs, removed=removed)
    )
    terminal.complain(_("Read it before you give it away: a filter finds much, not everything."))
    return ExitCode.OK


def _default(training: Training, options: argparse.Namespace) -> int:
    if options.given:
        training.set_default(options.given == "on").result()
    else:
        terminal.write("on\n" if training.is_default().result() else "off\n")
    return ExitCode.OK


def _set_terms(training: Training, options: argparse.Namespace) -> int:
    if options.file:
        training.set_terms(_read(options.file).splitlines()).result()
    for term in training.terms().result():
        terminal.write(f"{term}\n")
    return ExitCode.OK


def _name_model(training: Training, options: argparse.Namespace) -> int:
    from desktop.services.name_model import installed

    if options.used:
        training.set_uses_name_model(options.used == "on").result()
        return ExitCode.OK
    terminal.write("on\n" if training.uses_name_model().result() else "off\n")
    for name in installed():
        terminal.write(f"{name}\n")
    if not installed():
        terminal.complain(_("No name model is installed."))
    return ExitCode.OK


def _training_of(session: Session) -> Training:
    if session.training is None:
        raise UserActionError(_("A temporary chat is never used for training."))
    return session.training


def _read(name: str) -> str:
    try:
        with Path(name).expanduser().open("rb") as file:
            data = file.read(_MAX_FILE + 1)
        if len(data) > _MAX_FILE:
            raise UsageError(_("The file is too large."))
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError(_("The file cannot be read as UTF-8 text.")) from None
