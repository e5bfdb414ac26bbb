# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the program starts: reads the command, runs it, and turns every error into one human line."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import i18n, logs
from desktop.cli import terminal
from desktop.cli.parser import build_parser
from desktop.domain.errors import ExitCode, InglenookError, UsageError
from desktop.domain.vault import VaultState
from desktop.i18n import _
from desktop.paths import Profile, default_profile, resource
from desktop.sandbox.confine import confine_app

if TYPE_CHECKING:
    from desktop.cli.context import Context
    from desktop.sandbox.launcher import Launcher


def main(
    arguments: Sequence[str] | None = None, *, open_window: Callable[[Profile], int] | None = None
) -> int:
    """Run the command line and return its exit status; nothing a person did wrong ends in a traceback.

    Args:
        arguments: without the program's name; None takes the process's own.
        open_window: shows the window of a profile until it is closed; None where there is no window.
    """
    try:
        terminal.write_what_fits()
        i18n.install(resource("translations"))
        options = build_parser().parse_args(arguments)
        logs.install(verbose=options.verbose)
        launcher = _launcher(options)
        confine_app()
        profile = (
            Profile(Path(options.profile).expanduser().absolute()) if options.profile else default_profile()
        )
        if options.command is None and open_window is not None and has_display():
            status = open_window(profile)
        else:
            status = _run(profile, options, launcher)
        sys.stdout.flush()
    except InglenookError as error:
        terminal.complain(f"inglenook: {error}")
        return int(error.exit_code)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away; without this the interpreter complains when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.FAILURE)
    except Exception as bug:
        logs.report_bug(bug)
        terminal.complain(
            _(
                "inglenook: Something went wrong inside Inglenook ({kind}). What was kept before is safe."
            ).format(kind=type(bug).__name__)
        )
        return int(ExitCode.FAILURE)
    return int(status)


def _launcher(options: argparse.Namespace) -> Launcher | None:
    """What may start a downloader, for the one command that downloads; before the filter is set."""
    if options.command != "models" or options.models_command != "get":
        return None
    from desktop.sandbox.launcher import make_launcher  # no other command even loads it

    return make_launcher()


def _run(profile: Profile, options: argparse.Namespace, launcher: Launcher | None) -> int:
    # The window is shown without any of this.
    from desktop.cli import (
        branches,
        commands,
        export,
        finding,
        folder,
        imports,
        models,
        moving,
        privacy,
        settings,
        spec,
        talk,
        training,
        vault,
    )
    from desktop.cli.context import Context
    from desktop.services.models import local_models

    if options.keychain and options.passphrase_file:
        raise UsageError(_("Choose one: --passphrase-file or --keychain."))
    file = None if options.keychain else terminal.passphrase_file(options.passphrase_file)
    context = Context(profile, file, local_models, options.keychain, launcher)
    if options.command is None:
        return _start(context)
    table: dict[str, Callable[[Context, argparse.Namespace], int]] = {
        "init": commands.init,
        "chats": commands.chats,
        "show": commands.show,
        "search": finding.search,
        "rename": commands.rename,
        "pin": commands.pin,
        "archive": commands.archive,
        "titles": commands.titles,
        "folder": folder.folder,
        "consent": commands.consent,
        "delete": commands.delete,
        "export": export.export,
        "hide": export.hide,
        "import": imports.import_chats,
        "move": moving.move,
        "training": training.training,
        "feedback": training.feedback,
        "privacy": privacy.privacy,
        "spec": spec.spec,
        "models": models.models,
        "settings": settings.settings,
        "presets": settings.presets,
        "doctor": commands.doctor,
        "edit": branches.edit,
        "regenerate": branches.regenerate,
        "continue": branches.go_on,
        "switch": branches.switch,
        "fork": branches.fork,
        "map": branches.show_map,
        "ask": talk.ask,
        "chat": talk.chat,
        "vault lock-status": vault.lock_status,
        "vault change-passphrase": vault.change_passphrase,
        "vault recovery-code": vault.recovery_code,
        "vault keychain": vault.keychain,
        "vault rekey": vault.rekey,
        "vault backup": vault.backup,
        "vault check": vault.check,
        "vault restore": vault.restore,
        "vault erase": vault.erase,
        "vault reveal-key": vault.reveal_key,
    }
    name = f"vault {options.way}" if options.command == "vault" else options.command
    return table[name](context, options)


def _start(context: Context) -> int:
    """No command and no window: the terminal chat; without a terminal one sample answer."""
    from desktop.cli import commands, talk

    if not terminal.interactive():
        with tempfile.TemporaryDirectory(prefix="inglenook-sample-") as folder:
            return talk.sample(replace(context, profile=Profile(Path(folder))))
    terminal.complain(
        _("There is no display here, so this is the terminal chat. The window opens where there is one.")
    )
    models = context.make_models()
    absent = context.vault_service(models).state() is VaultState.ABSENT
    models.close()
    if absent:
        commands.init(context, argparse.Namespace())
    return talk.chat(context, argparse.Namespace(json=False))


def has_display() -> bool:
    """Whether a window can open here."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
