# SPDX-License-Identifier: GPL-3.0-or-later
"""``settings`` and ``presets``: how chats are answered, and named sets of that; also as flags of ``ask``."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context
    from desktop.domain.chat_settings import ChatSettings
    from desktop.services.session import Session

_NUMBERS = ("temperature", "top_p", "min_p", "repeat_penalty", "presence_penalty", "frequency_penalty")
_WHOLE = ("top_k", "seed", "max_tokens", "context_size")
NAMES = (*_NUMBERS, *_WHOLE, "stop", "json_schema")


def add_commands(commands: Any) -> None:
    """Declare both groups in ``commands``, argparse's action for subcommands (it has no public type)."""
    settings = commands.add_parser("settings", help=_("how chats are answered"))
    settings.add_argument("--chat", metavar="ID", help=_("of this chat; else what new chats begin with"))
    settings.add_argument("--preset", metavar="NAME", help=_("as this set says"))
    settings.add_argument(
        "--reset",
        metavar="NAME",
        action="append",
        default=[],
        choices=("all", *NAMES),
        help=_("as the model's default"),
    )
    add_flags(settings)
    settings.add_argument("--json", action="store_true")

    presets = commands.add_parser("presets", help=_("named sets of instructions and settings"))
    presets.add_argument("--json", action="store_true")
    ways = presets.add_subparsers(dest="way", metavar="WHAT", parser_class=type(presets))
    save = ways.add_parser("save", help=_("keep a chat's instructions and settings under a name"))
    save.add_argument("name", metavar="NAME")
    save.add_argument("--chat", metavar="ID", required=True)
    remove = ways.add_parser("remove", help=_("take one of your own away"))
    remove.add_argument("name", metavar="NAME")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Every setting as an option."""
    parser.add_argument("--seed", metavar="N", type=_whole(0), help=_("draw the same words again"))
    parser.add_argument("--temperature", metavar="T", type=_number, help=_("0 is strict, 1 is lively"))
    parser.add_argument("--max-tokens", metavar="N", type=_whole(1), help=_("longest answer"))
    parser.add_argument(
        "--top-p", metavar="P", type=_number, help=_("only the likeliest words of this share")
    )
    parser.add_argument("--top-k", metavar="N", type=_whole(0), help=_("only so many of the likeliest words"))
    parser.add_argument("--min-p", metavar="P", type=_number, help=_("no word less likely than this share"))
    parser.add_argument("--repeat-penalty", metavar="R", type=_number, help=_("above 1 avoids repeating"))
    parser.add_argument(
        "--presence-penalty", metavar="R", type=_number, help=_("above 0 looks for new words")
    )
    parser.add_argument(
        "--frequency-penalty", metavar="R", type=_number, help=_("above 0 avoids words that came often")
    )
    parser.add_argument(
        "--stop", metavar="TEXT", action="append", help=_("end the answer before this; may be given again")
    )
    parser.add_argument(
        "--context-size", metavar="N", type=_whole(256), help=_("tokens the model reads at once")
    )
    parser.add_argument("--json-schema", metavar="FILE", help=_("answer with JSON of this shape"))


def chosen(options: argparse.Namespace) -> ChatSettings:
    """What the flags say.

    Raises:
        UsageError: it cannot be had, or the schema cannot be read.
    """
    from desktop.domain.chat_settings import ChatSettings
    from desktop.domain.errors import UserActionError
    from desktop.services.chat_settings import checked

    values = {name: getattr(options, name) for name in (*_NUMBERS, *_WHOLE)}
    said = ChatSettings(
        **values,
        stop=tuple(options.stop or ()),
        json_schema=None if options.json_schema is None else _read(options.json_schema),
    )
    try:
        return checked(said)
    except UserActionError as wrong:
        raise UsageError(str(wrong)) from None


def settings(context: Context, options: argparse.Namespace) -> int:
    """Show how a chat, or a new one, is answered; or say it and show it."""
    wanted = chosen(options)
    with context.session() as session:
        changed = _change(session, options, wanted)
        now = _now(session, options.chat)
        if options.json:
            from desktop.services.settings_report import settings_report

            terminal.write_json(settings_report(now, options.chat))
            return ExitCode.OK
    if changed:
        terminal.complain(_("Kept. It holds from the next answer on."))
    terminal.write(_in_words(now))
    return ExitCode.OK


def presets(context: Context, options: argparse.Namespace) -> int:
    """List the named sets, or keep or remove one."""
    from desktop.domain.conversation import ChatId
    from desktop.services.settings_report import preset_report

    with context.session() as session:
        sets = session.chat_settings
        if options.way == "save":
            chat_id = ChatId(options.chat)
            told = session.history.chat(chat_id).result().system_prompt or ""
            sets.save_preset(options.name, told, sets.of_chat(chat_id).result()).result()
        elif options.way == "remove":
            sets.remove_preset(options.name).result()
        found = sets.presets().result()
    if options.json:
        terminal.write_json([preset_report(one) for one in found])
        return ExitCode.OK
    for one in found:
        own = "" if one.shipped else _(" (your own)")
        terminal.write(f"# {one.name}{own}\n{one.instructions or _('No instructions.')}\n")
        terminal.write(_in_words(one.settings) + "\n")
    return ExitCode.OK


def _change(session: Session, options: argparse.Namespace, wanted: ChatSettings) -> bool:
    """Do what was asked for; whether anything was."""
    import msgspec

    from desktop.domain.chat_settings import ChatSettings
    from desktop.domain.conversation import ChatId

    sets = session.chat_settings
    before = _now(session, options.chat)
    kept = before
    if options.preset is not None:
        preset = sets.preset(options.preset).result()
        kept = preset.settings
        if options.chat:
            sets.apply(ChatId(options.chat), preset).result()
        elif preset.instructions:
            raise UsageError(_("This set has instructions, which belong to a chat: name one with --chat."))
    usual = ChatSettings()
    if "all" in options.reset:
        kept = usual
    kept = msgspec.structs.replace(
        kept, **{name: getattr(usual, name) for name in options.reset if name != "all"}
    )
    kept = wanted.over(kept)
    if kept != before:
        (sets.set_chat(ChatId(options.chat), kept) if options.chat else sets.set_default(kept)).result()
    return kept != before or options.preset is not None


def _now(session: Session, chat: str | None) -> ChatSettings:
    from desktop.domain.conversation import ChatId

    sets = session.chat_settings
    return (sets.of_chat(ChatId(chat)) if chat else sets.default()).result()


def _in_words(now: ChatSettings) -> str:
    from desktop.services.parameters import parameters

    lines = []
    for one in parameters():
        value = getattr(now, one.name)
        usual = _("as the model's default") if one.usual is None else one.in_words(one.usual)
        shown = usual if value is None else f"{one.in_words(value)} *"
        lines.append(f"{one.name:18} {shown:24} {one.title}")
    lines.append(f"{'stop':18} {' '.join(repr(word) for word in now.stop) or '-'}")
    lines.append(f"{'json_schema':18} {now.json_schema or '-'}")
    return "\n".join(lines) + "\n"


def _read(name: str) -> str:
    from desktop.domain.json_schema import MAX_SCHEMA

    try:
        with Path(name).expanduser().open(encoding="utf-8") as file:
            return file.read(MAX_SCHEMA + 1)
    except (OSError, UnicodeDecodeError):
        raise UsageError(_("The schema cannot be read. It must be a file of plain UTF-8 text.")) from None


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(_("must be a number"))
    return number


_number.__name__ = "number"  # argparse names the type in its message


def _whole(smallest: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        number = int(text)
        if number < smallest:
            raise argparse.ArgumentTypeError(_("must be at least {number}").format(number=smallest))
        return number

    whole.__name__ = "whole number"
    return whole
