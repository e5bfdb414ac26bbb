# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sealed opens with the vault that sealed it, and with nothing else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from desktop.domain.errors import UserActionError
from desktop.paths import Profile
from desktop.storage.kdf import KdfCost
from desktop.storage.rekey import rekey
from desktop.storage.sealing import Sealer
from desktop.storage.vault import OpenVault, create_vault, open_vault

SECRET = b"said in passing, and to nobody else"


def test_it_opens_when_the_vault_is_open_again(vault: OpenVault, profile: Profile, passphrase: str) -> None:
    sealer = Sealer(vault)
    first, second = sealer.seal(SECRET), sealer.seal(SECRET)
    assert SECRET not in first.content
    assert first.content != second.content
    assert first.wrapped_key != second.wrapped_key
    vault.close()
    with pytest.raises(RuntimeError):
        sealer.open(first)
    again = open_vault(profile, passphrase)
    assert Sealer(again).open(first) == SECRET
    again.close()


@pytest.mark.parametrize("part", ["wrapped_key", "content"])
def test_a_changed_bit_is_noticed(vault: OpenVault, part: str) -> None:
    sealed = Sealer(vault).seal(SECRET)
    box = bytearray(getattr(sealed, part))
    box[-1] ^= 1
    with pytest.raises(UserActionError):
        Sealer(vault).open(dataclasses.replace(sealed, **{part: bytes(box)}))


def test_another_vault_does_not_open_it(vault: OpenVault, tmp_path: Path, cheap: KdfCost) -> None:
    other = create_vault(Profile(tmp_path / "other"), "correct horse battery staple", cost=cheap)
    with pytest.raises(UserActionError):
        Sealer(other).open(Sealer(vault).seal(SECRET))
    other.close()


def test_another_key_does_not_open_it(vault: OpenVault, profile: Profile, passphrase: str) -> None:
    sealed = Sealer(vault).seal(SECRET)
    vault.close()
    rekey(profile, passphrase)
    again = open_vault(profile, passphrase)
    with pytest.raises(UserActionError):
        Sealer(again).open(sealed)
    again.close()
