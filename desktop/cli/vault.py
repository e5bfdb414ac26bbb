# SPDX-License-Identifier: GPL-3.0-or-later
"""inglenook vault …: the ways into the vault."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli import terminal
from desktop.cli.context import Context
from desktop.domain.errors import ExitCode, UsageError, UserActionError
from desktop.domain.vault import RekeyStep
from desktop.i18n import _, ngettext
from desktop.services.backups import list_backups, sound_backups
from desktop.services.backups import restore as put_back
from desktop.services.erasure import erase_report, headline, looked_at, out_of_reach
from desktop.services.integrity import vault_check_report, what_happened, what_is_safe
from desktop.services.reports import LockStatusReport, backup_report
from desktop.services.vault import judge_passphrase
from desktop.services.vault_reports import KeychainReport
from desktop.services.ways_in import is_same_code, keychain_status


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
        "erasing": _("The vault was being erased. Finish it with: inglenook vault erase."),
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


def recovery_code(context: Context, options: argparse.Namespace) -> int:
    """Make a recovery code and show it this once, or remove it."""
    with context.session() as session:
        ways = session.ways_in
        if options.remove:
            ways.remove_recovery_code()
            terminal.complain(_("No recovery code opens the vault any more."))
            return ExitCode.OK
        code = ways.make_recovery_code()
        terminal.write(code + "\n")
        if terminal.interactive():
            _have_it_typed(code)
        ways.keep_recovery_code(code)
    terminal.complain(_("This code opens the vault in place of the passphrase. It is not shown again."))
    terminal.complain(_("Keep it on paper, away from this computer. A code made before opens nothing now."))
    return ExitCode.OK


def _have_it_typed(code: str) -> None:
    question = _("Write it down, then type it here (an empty line makes nothing): ")
    while not is_same_code(code, typed := terminal.read_line(question)):
        if not typed:
            raise UsageError(_("The code was not typed back, so nothing was changed and it opens nothing."))
        question = _("That is not the code above. Once more: ")


def keychain(context: Context, options: argparse.Namespace) -> int:
    """Let the keychain of this system open the vault, or not; or say whether it does."""
    if options.order == "status":
        return _keychain_status(context, as_json=options.json)
    with context.session() as session:
        if options.order == "on":
            name = session.ways_in.use_keychain()
            terminal.complain(_("From now on the keychain opens the vault: {name}.").format(name=name))
            terminal.complain(
                _("Other programs that run under your name can reach the key there without asking you.")
            )
            return ExitCode.OK
        is_gone = session.ways_in.leave_keychain()
    terminal.complain(_("The keychain opens the vault no more."))
    if not is_gone:
        terminal.complain(_("It did not let go of its entry “inglenook”, which opens nothing now."))
    return ExitCode.OK


def _keychain_status(context: Context, *, as_json: bool) -> int:
    is_on, name = keychain_status(context.profile)
    if as_json:
        terminal.write_json(KeychainReport(is_on, name))
        return ExitCode.OK
    on, off = _("The keychain opens the vault."), _("The keychain does not open the vault.")
    there = _("This system has: {name}.").format(name=name) if name else _("This system has none to trust.")
    terminal.write(f"{on if is_on else off} {there}\n")
    return ExitCode.OK


def rekey(context: Context, _options: argparse.Namespace) -> int:
    """Encrypt the vault anew under another key."""
    models = context.make_models()
    try:
        passphrase = terminal.read_passphrase(context.passphrase_file)
        service = context.vault_service(models)
        is_kept = service.rekey(passphrase, _tell_step if terminal.interactive() else lambda _step: None)
    finally:
        models.close()
    terminal.complain(_("The vault has a new key, and the same passphrase opens it."))
    terminal.complain(
        _("Backups were removed and a recovery code opens nothing now: both were made for the old key.")
    )
    if not is_kept:
        terminal.complain(_("The keychain did not take a new secret, so it opens the vault no more."))
    return ExitCode.OK


def _tell_step(step: RekeyStep) -> None:
    words = {
        RekeyStep.COPYING: _("Copying, and checking every page…"),
        RekeyStep.ENCRYPTING: _("Encrypting the copy with the new key…"),
        RekeyStep.CHECKING: _("Checking every page again…"),
        RekeyStep.EXCHANGING: _("Putting it in the vault's place…"),
    }
    terminal.complain(words[step])


def backup(context: Context, options: argparse.Namespace) -> int:
    """Make a copy, or list the copies; listing needs no passphrase."""
    if not options.list:
        with context.session() as session:
            if session.backups is not None:
                session.backups.make()
    found = list_backups(context.profile.backups)
    if options.json:
        terminal.write_json([backup_report(one) for one in found])
        return ExitCode.OK
    for one in found if options.list else found[:1]:
        size = _("{count} bytes").format(count=one.bytes)
        terminal.write(f"{one.name}  {one.made_at.astimezone():%Y-%m-%d %H:%M}  {size}\n")
    if not found:
        terminal.complain(_("There are no backups."))
    return ExitCode.OK


def check(context: Context, options: argparse.Namespace) -> int:
    """Look at every page of the vault, and say what damage hit."""
    with context.session() as session:
        integrity = session.integrity
        if integrity is None:
            raise UserActionError(_("There is no vault here yet."))
        health, newest = integrity.look(), integrity.newest_backup()
    if options.json:
        terminal.write_json(vault_check_report(health, newest))
    elif health.is_sound:
        words = ngettext(
            "The one page of the vault holds what was written.",
            "All {count} pages of the vault hold what was written.",
            health.pages,
        )
        terminal.write(words.format(count=health.pages) + "\n")
    else:
        terminal.write(f"{what_happened(health)}\n{what_is_safe(health, newest)}\n")
        if newest is not None:
            terminal.complain(_("To go back to it: inglenook vault restore {name}").format(name=newest.name))
    return ExitCode.OK if health.is_sound else ExitCode.FAILURE


def restore(context: Context, options: argparse.Namespace) -> int:
    """Put a copy in the vault's place."""
    if not options.yes and not terminal.interactive():
        raise UsageError(_("Putting a backup in place needs --yes where nobody can be asked."))
    passphrase = terminal.read_passphrase(context.passphrase_file)
    name = options.name or next(iter(sound_backups(context.profile, passphrase)), None)
    if name is None:
        raise UserActionError(_("There is no sound backup that this passphrase opens."))
    question = _("Put the backup {name} in the vault's place? What is there now is kept among the backups.")
    if not options.yes and not terminal.confirm(question.format(name=name)):
        terminal.complain(_("Nothing was changed."))
        return ExitCode.FAILURE
    put_back(context.profile, name, passphrase)
    terminal.complain(_("The backup {name} is the vault now.").format(name=name))
    terminal.complain(_("No chat may be used for training, and none goes by itself, until you say so again."))
    return ExitCode.OK


def erase(context: Context, options: argparse.Namespace) -> int:
    """Destroy the keys, then everything else of ours in the profile; needs no passphrase."""
    word = _("ERASE")
    if not options.yes:
        if not terminal.interactive():
            raise UsageError(_("Erasing everything needs --yes where nobody can be asked."))
        terminal.complain(
            _("This destroys the keys and every chat, backup and setting. There is no way back.")
        )
        if terminal.read_line(_("Type {word} to go on: ").format(word=word)) != word:
            terminal.complain(_("Nothing was erased."))
            return ExitCode.FAILURE
    models = context.make_models()
    try:
        receipt = context.vault_service(models).erase()
    finally:
        models.close()
    if options.json:
        terminal.write_json(erase_report(receipt))
    else:
        terminal.write(headline(receipt) + "\n")
        terminal.write("".join(f"  {line}\n" for line in looked_at(receipt)))
        terminal.write(_("Out of reach from here:") + "\n")
        terminal.write("".join(f"  {line}\n" for line in out_of_reach(receipt)))
    return ExitCode.FAILURE if receipt.left else ExitCode.OK


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
