# SPDX-License-Identifier: GPL-3.0-or-later
"""inglenook vault …: the ways into the vault."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli import terminal
from desktop.cli.context import Context
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _, ngettext
from desktop.services.reports import LockStatusReport
from desktop.services.vault import judge_passphrase


def lock_status(context: Context, options: argparse.Namespace) -> int:
    """Say what is there and whether it is open; needs no passphrase."""
    models = context.make_models()
    try:
        service = context.vault_service(models)
        report = LockStatusReport(service.state().value, service.is_held())
    finally:
        models.close()
    if options.json:
        terminal.write_json(report)
        return ExitCode.OK
    words = {
        "absent": _("There is no vault here yet."),
        "present": _("The vault is locked."),
        "keyslots_missing": _("The vault is there, but the file with its key (keyslots.json) is missing."),
        "database_missing": _("The key is there, but the vault file (vault.db) is missing."),
    }
    held = _("The vault is open in another Inglenook.")
    terminal.write((held if report.held else words[report.state]) + "\n")
    return ExitCode.OK


def change_passphrase(context: Context, options: argparse.Namespace) -> int:
    """Replace the passphrase."""
    old = terminal.read_passphrase(context.passphrase_file)
    file = Path(options.new_passphrase_file).expanduser() if options.new_passphrase_file else None
    with context.session(passphrase=old) as session:
        new = terminal.read_new_passphrase(file, require_strength)
        changed = session.ways_in.change_passphrase(old, new)
    terminal.complain(_("From now on the new passphrase opens the vault, and the old one does not."))
    if changed:
        text = ngettext("{count} backup too.", "{count} backups too.", changed)
        terminal.complain(text.format(count=changed))
    terminal.complain(_("Copies that were made elsewhere before still open with the old one."))
    return ExitCode.OK


def reveal_key(context: Context, _options: argparse.Namespace) -> int:
    """Print the key that opens vault.db in any SQLCipher tool."""
    with context.session() as session:
        key = session.ways_in.reveal_key()
    terminal.write(key + "\n")
    terminal.complain(_("Whoever has this key can read everything. FORMAT.md says how it is used."))
    return ExitCode.OK


def require_strength(passphrase: str) -> None:
    """Refuse a passphrase that is easy to guess.

    Raises:
        UsageError: with what would help.
    """
    strength = judge_passphrase(passphrase)
    if not strength.acceptable:
        raise UsageError(strength.advice)
