# SPDX-License-Identifier: GPL-3.0-or-later
"""``models``: which there are, adding and removing them, what a file says of itself, which one answers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context
    from desktop.services.library import KnownModel
    from desktop.services.model_words import Line

_DEFAULT = "default"


def add_commands(commands: Any) -> None:
    """Declare the group in ``commands``, argparse's action for subcommands (it has no public type)."""
    group = commands.add_parser("models", help=_("list the models, add or remove one, choose which answers"))
    group.add_argument("--json", action="store_true", dest="list_json")
    asked = group.add_subparsers(dest="models_command", metavar="WHAT", parser_class=type(group))
    add = asked.add_parser("add", help=_("know a model file from now on; it stays where it is"))
    add.add_argument("path", metavar="PATH")
    info = asked.add_parser("info", help=_("what a model or a file says of itself, and what was measured"))
    info.add_argument("name", metavar="NAME|PATH")
    info.add_argument("--json", action="store_true")
    catalogue = asked.add_parser("catalogue", help=_("models that can be downloaded; asks nobody"))
    catalogue.add_argument("--json", action="store_true")
    get = asked.add_parser("get", help=_("download a model of the catalogue: the one use of the network"))
    get.add_argument("name", metavar="NAME")
    get.add_argument("--yes", action="store_true", help=_("do not ask"))
    remove = asked.add_parser("remove", help=_("know a model no more; only downloads of ours are deleted"))
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--yes", action="store_true", help=_("do not ask"))
    use = asked.add_parser("use", help=_("have a model answer from now on"))
    use.add_argument("name", metavar="NAME", help=_("its name or id; “default” with --chat goes back"))
    use.add_argument("--chat", metavar="ID", help=_("in this chat only"))
    use.add_argument("--anyway", action="store_true", help=_("even if it does not fit into memory"))


def models(context: Context, options: argparse.Namespace) -> int:
    """Do one thing with models."""
    asked = {None: _list, "add": _add, "info": _info, "remove": _remove, "use": _use, "get": _get}
    asked["catalogue"] = _catalogue
    return asked[options.models_command](context, options)


def _list(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.model_reports import model_report
    from desktop.services.model_words import fit_in_words, plain_size

    with context.session() as session:
        found = session.library.listed()
    if options.list_json:
        terminal.write_json([model_report(known) for known in found])
        return ExitCode.OK
    for known in found:
        mark = "*" if known.is_default else " "
        told = fit_in_words(known.fit) if known.is_there else _("file missing")
        terminal.write(f"{mark} {known.id[:12]:12}  {plain_size(known.size):>9}  {told}  {known.name}\n")
    return ExitCode.OK


def _add(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.model_words import base_explained

    with context.session() as session:
        known = session.library.add(Path(options.path).expanduser())
    terminal.write(f"{known.id[:12]}  {known.name}\n")
    if known.is_base:
        terminal.complain(base_explained())
    return ExitCode.OK


def _info(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.model_reports import info_report

    path = Path(options.name).expanduser()
    listed = not _is_path(options.name)
    if listed:
        with context.session() as session:
            known, room = session.library.find(options.name), session.models.room()
    else:
        known, room = _look(path)
    if options.json:
        terminal.write_json(info_report(known, listed=listed))
    else:
        _write_card(known, room)
    return ExitCode.OK


def _is_path(said: str) -> bool:
    """A file, not a name: such a question needs no vault."""
    return said.endswith(".gguf") or "/" in said or "\\" in said


def _look(path: Path) -> tuple[KnownModel, int | None]:
    from desktop.services import memory
    from desktop.services.library import known_file

    room = memory.available()
    return known_file(path.absolute(), room), room


def _write_card(known: KnownModel, room: int | None) -> None:
    from desktop.services.model_words import (
        base_explained,
        claims,
        fit_explained,
        measured,
        not_measured,
        not_stated,
    )

    terminal.write(f"# {known.name}\n")
    if known.is_base and known.size:
        terminal.write(f"\n{base_explained()}\n")
    terminal.write("\n" + _("What the file says of itself (nobody checked it)") + "\n")
    _write_lines(claims(known.card), not_stated())
    terminal.write("\n" + _("What was measured here") + "\n")
    _write_lines(measured(known), not_measured())
    terminal.write(f"\n{fit_explained(known, room)}\n")


def _write_lines(lines: list[Line], silent: str) -> None:
    for words, value in lines:
        terminal.write(f"  {words}: {value or silent}\n")


def _catalogue(context: Context, options: argparse.Namespace) -> int:
    del context  # the list lies beside the program
    from desktop.services.catalogue import entries
    from desktop.services.model_words import plain_size

    found = entries()
    if options.json:
        terminal.write_json(found)
        return ExitCode.OK
    for entry in found:
        size, memory = plain_size(entry.size_bytes), plain_size(entry.memory_bytes_default_context)
        told = _("about {size}, {memory} of memory, {licence}, from {host}").format(
            size=size, memory=memory, licence=entry.licence, host=entry.source.host
        )
        terminal.write(f"{entry.id}  {entry.name}: {told}\n")
    return ExitCode.OK


def _get(context: Context, options: argparse.Namespace) -> int:
    from desktop.services.catalogue import find
    from desktop.services.downloads import Download, PausedError
    from desktop.services.model_words import plain_size

    entry = find(options.name)
    if not options.yes and not terminal.interactive():
        raise UsageError(_("Downloading needs --yes where nobody can be asked."))
    words = _(
        "Download {name}, about {size}, from {host}? That host sees your address and what you ask for; it "
        "may hand the download on to its own servers ({hosts})."
    ).format(
        name=entry.name,
        size=plain_size(entry.size_bytes),
        host=entry.source.host,
        hosts=", ".join(entry.source.hosts),
    )
    if not options.yes and not terminal.confirm(words):
        terminal.complain(_("Nothing was downloaded."))
        return ExitCode.FAILURE
    with context.session() as session:
        download = Download(
            entry,
            context.profile,
            library=session.library,
            network=session.network,
            launcher=context.launcher,
        )
        try:
            known = download.run(_Meter())
        except KeyboardInterrupt:
            download.pause()
            raise PausedError(_("Stopped. What came so far is kept; the same command goes on.")) from None
    terminal.write(f"{known.id[:12]}  {known.name}\n")
    return ExitCode.OK


class _Meter:
    """Says how far it is on a terminal, a whole percent at a time."""

    def __init__(self) -> None:
        self._percent = -1

    def __call__(self, done: int, total: int) -> None:
        percent = done * 100 // max(total, 1)
        if percent != self._percent and terminal.interactive():
            self._percent = percent
            terminal.complain(_("{percent} %").format(percent=percent))


def _remove(context: Context, options: argparse.Namespace) -> int:
    if not options.yes and not terminal.interactive():
        raise UsageError(_("Removing a model needs --yes where nobody can be asked."))
    with context.session() as session:
        known = session.library.find(options.name)
        if not options.yes:
            question = (
                _("Remove {name} and delete the file that was downloaded?")
                if known.downloaded
                else _("Remove {name} from the list? Its file stays where it is.")
            )
            if not terminal.confirm(question.format(name=known.name)):
                terminal.complain(_("Nothing was removed."))
                return ExitCode.FAILURE
        session.library.remove(known.id)
    return ExitCode.OK


def _use(context: Context, options: argparse.Namespace) -> int:
    from desktop.domain.conversation import ChatId

    with context.session() as session:
        library = session.library
        if options.name == _DEFAULT and options.chat:
            library.use_for_chat(ChatId(options.chat), None).result()
            return ExitCode.OK
        known = library.find(options.name)
        if options.chat:
            library.use_for_chat(ChatId(options.chat), known.id).result()
        else:
            library.use(known.id, despite=options.anyway)
    return ExitCode.OK
