# SPDX-License-Identifier: GPL-3.0-or-later
"""``export``: chats as a file of a person's own."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _, ngettext

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context
    from desktop.services.export.exporter import ExportWish
    from desktop.services.session import Session

_FORMATS = ("json", "markdown", "html", "archive")


def add_commands(commands: Any) -> None:
    """Declare the command in ``commands``, argparse's action for subcommands (it has no public type)."""
    export = commands.add_parser("export", help=_("write chats to a file"))
    export.add_argument(
        "--chat", metavar="ID", action="append", help=_("this chat; may be repeated (all, if not given)")
    )
    export.add_argument(
        "--format",
        choices=_FORMATS,
        default="json",
        help=_("json: every branch, for programs; markdown, html: for reading; archive: for Inglenook"),
    )
    export.add_argument(
        "--encrypt-passphrase-file",
        metavar="FILE",
        help=_("encrypt it (age format) with the passphrase in this file's first line"),
    )
    export.add_argument(
        "--filtered",
        action="store_true",
        help=_("put stand-ins in the place of personal data; not in an archive, which must come back whole"),
    )
    export.add_argument(
        "--look",
        action="store_true",
        help=_("write nothing: show what --filtered would take out, in its place"),
    )
    export.add_argument(
        "--json", action="store_true", help=_("say what was done as JSON; needs --out or --look")
    )
    export.add_argument("--out", metavar="PATH", help=_("the file; standard output if not given"))

    hide = commands.add_parser("hide", help=_("words the filter always hides in a chat, or lets stand"))
    hide.add_argument("id", metavar="ID")
    hide.add_argument("text", metavar="TEXT")
    word = hide.add_mutually_exclusive_group()
    word.add_argument("--never", action="store_true", help=_("let them stand"))
    word.add_argument("--undecided", action="store_true", help=_("leave them to the filter again"))


def export(context: Context, options: argparse.Namespace) -> int:
    """Write chats to a file or to standard output, or show what would be hidden in them."""
    from desktop.cli.vault import require_strength
    from desktop.domain.conversation import ChatId
    from desktop.services.export.exporter import ExportWish, Format

    if options.look and (options.out or options.encrypt_passphrase_file):
        raise UsageError(_("--look writes nothing, so it goes without --out and a passphrase."))
    if options.json and not options.out and not options.look:
        raise UsageError(_("The chats go to standard output, so --json needs --out."))
    passphrase = None
    if options.encrypt_passphrase_file:
        passphrase = terminal.read_new_passphrase(
            Path(options.encrypt_passphrase_file).expanduser(), require_strength
        )
    if passphrase is not None and not options.out and sys.stdout.isatty():
        raise UsageError(_("What is encrypted cannot be shown on a terminal. Name a file with --out."))
    chats = tuple(ChatId(i) for i in dict.fromkeys(options.chat)) if options.chat else None
    wish = ExportWish(Format(options.format), chats, passphrase, options.filtered or options.look)
    with context.session() as session:
        if options.look:
            return _look(session, wish, as_json=options.json)
        if options.out:
            done = session.exporter.to_file(Path(options.out).expanduser(), wish)
        else:
            done = session.exporter.to_stream(sys.stdout.buffer, wish)
            sys.stdout.buffer.flush()
    if options.json:
        from desktop.services.filter_reports import export_report

        terminal.write_json(export_report(done))
    words = ngettext("Exported {count} chat.", "Exported {count} chats.", done.chats)
    terminal.complain(words.format(count=done.chats))
    if done.removed is not None:
        _tell_removed(done.removed)
    if not done.encrypted:
        terminal.complain(_("It is not encrypted: whoever gets hold of it can read it."))
    return ExitCode.OK


def hide(context: Context, options: argparse.Namespace) -> int:
    """Keep the person's word on a value in a chat."""
    from desktop.domain.conversation import ChatId

    if not options.text.strip():
        raise UsageError(_("There are no words to hide."))
    hidden = None if options.undecided else not options.never
    with context.session() as session:
        session.exporter.choose(ChatId(options.id), " ".join(options.text.split()), hidden).result()
    return ExitCode.OK


def _look(session: Session, wish: ExportWish, *, as_json: bool) -> int:
    from desktop.services.filter_reports import export_look_report

    removed: Counter[str] = Counter()
    looked = []
    for chat in session.exporter.look(wish):
        removed.update({str(kind): count for kind, count in chat.removed.items()})
        if as_json:
            looked.append(chat)
            continue
        terminal.write(f"# {chat.title or _('Untitled chat')}  {chat.id}\n")
        for message in chat.messages:
            if any(one.stand_in for one in message.passages):
                terminal.write(f"\n{message.role}: {message.filtered}\n")
        terminal.write("\n")
    if as_json:
        terminal.write_json(export_look_report(looked, removed))
    _tell_removed(removed)
    return ExitCode.OK


def _tell_removed(removed: Mapping[Any, int]) -> None:
    from desktop.services.kinds import counts_in_words

    terminal.complain(
        _("Hidden: {what}.").format(what=counts_in_words(removed))
        if any(removed.values())
        else _("The filter found nothing to hide.")
    )
    terminal.complain(_("Read it before you give it away: a filter finds much, not everything."))
