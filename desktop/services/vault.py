# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, unlocking and locking the vault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from desktop.domain.errors import KeychainError
from desktop.domain.vault import ErasureReceipt, RekeyStep, VaultState
from desktop.i18n import _
from desktop.paths import Profile
from desktop.storage.presence import inspect_vault, may_have_keychain

if TYPE_CHECKING:  # the door is shown before anything that opening needs is loaded
    from desktop.services.session import Session
    from desktop.storage.backup import Backup
    from desktop.storage.keychain import Keychain
    from desktop.storage.vault import OpenVault

MIN_PASSPHRASE = 8  # NIST SP 800-63B-4 §3.1.1: at least eight characters
ACCEPTABLE_SCORE = 2  # zxcvbn: more than 10^8 guesses; at a second each (Argon2id) that is years
_ZXCVBN_LONGEST = 72  # zxcvbn refuses longer input; what comes after only adds strength


@dataclass(frozen=True, slots=True)
class PassphraseStrength:
    """How hard a passphrase is to guess.

    Attributes:
        score: 0 (guessed at once) … 4 (out of reach), zxcvbn's scale.
        acceptable: whether a vault may be made with it.
        advice: one translated sentence; "" when there is nothing to add.
    """

    score: int
    acceptable: bool
    advice: str


def judge_passphrase(passphrase: str) -> PassphraseStrength:
    """Estimate the strength of ``passphrase`` (Wheeler, zxcvbn, USENIX Security 2016). Takes milliseconds."""
    from zxcvbn import zxcvbn  # 40 ms of dictionaries, needed on one screen only

    if not passphrase:
        return PassphraseStrength(0, False, "")
    if len(passphrase) < MIN_PASSPHRASE:
        advice = _("Use at least {count} characters. Four or more unrelated words are easiest to remember.")
        return PassphraseStrength(0, False, advice.format(count=MIN_PASSPHRASE))
    judge = cast(Callable[[str], dict[str, Any]], zxcvbn)  # it ships without types
    score = int(judge(passphrase[:_ZXCVBN_LONGEST])["score"])
    advices = (
        _("This would be guessed at once. Put a few unrelated words together."),
        _("This is easy to guess. Add another unrelated word or two."),
        _("This would hold for a while. One more word makes it strong."),
        _("Strong."),
        _("Very strong."),
    )
    return PassphraseStrength(score, score >= ACCEPTABLE_SCORE, advices[score])


class VaultService:
    """The door of one profile: nothing is open until ``create`` or ``unlock`` returned a Session.

    Args:
        profile: whose door.
        make_session: builds what is usable while unlocked from the open vault.
        keychain: where a secret that opens the vault may be kept; None for the system's.
    """

    def __init__(
        self,
        profile: Profile,
        make_session: Callable[[OpenVault], Session],
        *,
        keychain: Keychain | None = None,
    ) -> None:
        self._profile = profile
        self._make_session = make_session
        self._keychain = keychain

    @property
    def profile(self) -> Profile:
        """The profile this door belongs to."""
        return self._profile

    def state(self) -> VaultState:
        """What is there, as far as one can tell without a passphrase. Reads only names of files."""
        return inspect_vault(self._profile)

    def is_held(self) -> bool:
        """Whether another Inglenook has it open. Leaves no trace."""
        from desktop.storage.ownership import is_held

        return is_held(self._profile.lock)

    def create(self, passphrase: str) -> Session:
        """Make a new vault; takes about a second (key derivation), so call it off the UI thread.

        Raises:
            VaultExistsError, VaultHeldError, StorageFullError, CipherUnavailableError.
        """
        from desktop.storage.vault import create_vault

        return self._session_of(create_vault(self._profile, passphrase))

    def unlock(self, passphrase: str) -> Session:
        """Open the vault; takes about a second, so call it off the UI thread.

        Raises:
            WrongPassphraseError, VaultAbsentError, VaultHeldError, KeySlotsMissingError,
            KeySlotsDamagedError, VaultMissingError, VaultForeignError, VaultDamagedError,
            VaultNewerError, CipherUnavailableError, StorageFullError.
        """
        from desktop.storage.vault import open_vault

        return self._session_of(open_vault(self._profile, passphrase))

    def may_use_keychain(self) -> bool:
        """Whether the keychain of the system seems to be a way in. Reads one small file."""
        return may_have_keychain(self._profile)

    def unlock_with_keychain(self) -> Session:
        """Open the vault with what the keychain keeps. Blocks; the system may ask the person something.

        Raises:
            KeychainError: it does not open it; the passphrase does.
            UserActionError: encrypting anew was cut short, which only the passphrase completes.
            And what ``unlock`` raises.
        """
        from desktop.storage.vault import open_vault

        return self._session_of(open_vault(self._profile, self._its_keychain()))

    def rekey(self, passphrase: str, tell: Callable[[RekeyStep], object] = lambda _step: None) -> bool:
        """Encrypt the locked vault anew under another key. Blocks for seconds, longer for a large vault.

        Backups are removed and a recovery code opens nothing any more: both were made for the old key. The
        keychain, where it is a way in, gets another secret.

        Args:
            passphrase: opens it, before and after; a recovery code will not do.
            tell: hears each step as it begins, on this thread.

        Returns:
            Whether the keychain is a way in if it was one before: it may have refused the new secret.

        Raises:
            WrongPassphraseError, StorageFullError, and what ``unlock`` raises: it opens as before.
        """
        from desktop.storage import ways_in
        from desktop.storage.rekey import rekey
        from desktop.storage.vault import open_vault

        was_used = self.may_use_keychain()
        rekey(self._profile, passphrase, tell=tell)
        if not was_used:
            return True
        vault = open_vault(self._profile, passphrase)
        try:
            ways_in.use_keychain(vault, self._its_keychain())
        except KeychainError:
            return False
        finally:
            vault.close()
        return True

    def backups(self) -> list[Backup]:
        """The copies of the vault, newest first; needs no passphrase."""
        from desktop.storage.backup import list_backups

        return list_backups(self._profile.backups)

    def restore(self, name: str, passphrase: str) -> None:
        """Put a backup in the place of the locked vault, which is kept. Blocks for seconds.

        Raises:
            WrongPassphraseError, VaultDamagedError, VaultHeldError, StorageFullError: nothing was changed.
        """
        from desktop.storage.restore import restore

        restore(self._profile, name, passphrase)

    def _its_keychain(self) -> Keychain:
        from desktop.storage.keychain import SystemKeychain

        return self._keychain or SystemKeychain()

    def erase(self) -> ErasureReceipt:
        """Destroy the locked vault: its keys first, then every file of the profile. Needs no passphrase.

        Raises:
            VaultAbsentError, VaultHeldError, StorageFullError: nothing was touched.
        """
        from desktop.storage.erasure import erase

        return erase(self._profile, self._its_keychain())

    def _session_of(self, vault: OpenVault) -> Session:
        try:
            return self._make_session(vault)
        except BaseException:
            vault.close()  # or the next attempt would be told that another Inglenook has it open
            raise
