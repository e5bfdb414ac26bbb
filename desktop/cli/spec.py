# SPDX-License-Identifier: GPL-3.0-or-later
"""``spec``: what the model is told to do and not to do, in its three layers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context
    from desktop.services.session import Session
    from desktop.services.spec_report import SpecReport

_MOST = 1024 * 1024  # characters that are read of a file; what is too long for a layer is told by the service


def add_commands(commands: Any) -> None:
    """Declare the group in ``commands``, argparse's action for subcommands (it has no public type)."""
    group = commands.add_parser("spec", help=_("what the model is told to do and not to do"))
    group.add_argument("--json", action="store_true")
    layers = group.add_subparsers(dest="layer", metavar="LAYER", parser_class=type(group))

    app = layers.add_parser("app", help=_("Inglenook's own layer: its words, or yours in their place"))
    person = layers.add_parser("person", help=_("your layer, for every chat"))
    chat = layers.add_parser("chat", help=_("the layer of one chat"))
    chat.add_argument("id", metavar="ID")
    for layer in (app, person, chat):
        ways = layer.add_mutually_exclusive_group()
        ways.add_argument("--file", metavar="FILE|-", help=_("put this text there"))
        if layer is app:
            ways.add_argument("--reset", action="store_true", help=_("go back to the words it came with"))
            ways.add_argument("--off", action="store_true", help=_("tell the model nothing of it"))
        else:
            ways.add_argument("--clear", action="store_true", help=_("take it away"))
        layer.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    layers.add_parser("reasons", help=_("the written spec: each rule, what is told of it, and why"))


def spec(context: Context, options: argparse.Namespace) -> int:
    """Show the layers, or change one and show them."""
    text = _text(options.file) if getattr(options, "file", None) else None
    with context.session() as session:
        if options.layer == "reasons":
            terminal.write(session.spec.shipped.document)
            return ExitCode.OK
        changed = _change(session, options, text)
        report = session.spec.report(options.id if options.layer == "chat" else None)
    if options.json:
        terminal.write_json(report)
    elif changed:
        terminal.complain(_("Kept. It holds from the next answer on."))
    elif options.layer is None:
        terminal.write(_in_words(report))
    else:
        words = {"app": report.app, "person": report.person, "chat": report.chat}[options.layer]
        if words:
            terminal.write(words + "\n")
        else:
            terminal.complain(_("There is nothing in this layer."))
    return ExitCode.OK


def _change(session: Session, options: argparse.Namespace, text: str | None) -> bool:
    """Do what was asked for; whether anything was."""
    from desktop.domain.conversation import ChatId

    told = session.spec
    match options.layer:
        case "app" if text is not None:
            told.set_app(text).result()
        case "app" if options.reset:
            told.reset_app().result()
        case "app" if options.off:
            told.switch_app_off().result()
        case "person" if text is not None or options.clear:
            told.set_person(text or "").result()
        case "chat" if text is not None or options.clear:
            told.set_chat(ChatId(options.id), text or "").result()
        case _:
            return False
    return True


def _in_words(report: SpecReport) -> str:
    state = {
        "shipped": _("Inglenook's own words, version {version}"),
        "own": _("Your words in place of Inglenook's"),
        "off": _("Inglenook's own words: switched off"),
    }[report.app_state]
    parts = [f"# {state.format(version=report.app_version)}"]
    parts += [report.app] if report.app else []
    parts += [f"# {_('Yours, for every chat')}", report.person or _("Nothing.")]
    parts += [f"# {_('What the model is given, word for word')}", report.given or _("Nothing.")]
    return "\n\n".join(parts) + "\n"


def _text(name: str) -> str:
    """What is in a file or comes through standard input.

    Raises:
        UsageError: it cannot be read, or there are no words in it.
    """
    try:
        if name == "-":
            text = sys.stdin.read(_MOST)
        else:
            with Path(name).expanduser().open(encoding="utf-8") as file:
                text = file.read(_MOST)
    except (OSError, UnicodeDecodeError):
        raise UsageError(_("The text cannot be read. It must be a file of plain UTF-8 text.")) from None
    if not text.strip():
        raise UsageError(_("There are no words in it. To take a layer away, use --clear or --off."))
    return text
