# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import KeySlotsDamagedError, UserActionError, WrongPassphraseError
from desktop.storage import recovery
from desktop.storage.kdf import KdfCost
from desktop.storage.keyslots import KeySlots, Slot, SlotType, wrap_with_passphrase, wrap_with_recovery_code

CHEAP = KdfCost(memory_kib=16, time_cost=1, parallelism=1)
DATABASE_ID = "0123456789abcdef" * 2
KEY = bytes(range(32))
codes = st.builds(recovery.make)
places = st.integers(0, recovery.DIGITS - 1)
quick = settings(max_examples=100, deadline=None)


def slots(code: str) -> KeySlots:
    passphrase = wrap_with_passphrase(KEY, "open sesame", DATABASE_ID, CHEAP)
    made = (passphrase, wrap_with_recovery_code(KEY, code, DATABASE_ID))
    return KeySlots.from_bytes(KeySlots(DATABASE_ID, "00" * 16, made).to_bytes())


def test_codes_are_long_and_differ() -> None:
    made = {recovery.make() for _ in range(1000)}
    assert len(made) == 1000
    assert len(recovery.ALPHABET) ** recovery.RANDOM_DIGITS >= 2**128
    for place in range(recovery.RANDOM_DIGITS):  # none stands still
        assert len({code.replace("-", "")[place] for code in made}) > 20


@quick
@given(codes)
def test_a_code_opens_however_it_is_typed(code: str) -> None:
    misread = code.replace("0", "o").replace("1", "l").lower()
    for typed in (code, code.replace("-", " "), code.replace("-", ""), f" {misread}\n"):
        assert slots(code).unlock(typed) == KEY
    assert slots(code).unlock("open sesame") == KEY


@quick
@given(codes, places, st.sampled_from(recovery.ALPHABET))
def test_one_wrong_digit_is_noticed(code: str, at: int, other: str) -> None:
    digits = code.replace("-", "")
    wrong = digits[:at] + other + digits[at + 1 :]
    assert (recovery.read(wrong) is None) == recovery.is_mistyped(wrong) == (wrong != digits)


@quick
@given(codes, places, places)
def test_two_exchanged_digits_are_noticed(code: str, one: int, two: int) -> None:
    digits = list(code.replace("-", ""))
    digits[one], digits[two] = digits[two], digits[one]
    if max(one, two) < recovery.RANDOM_DIGITS and "".join(digits) != code.replace("-", ""):
        assert recovery.read("".join(digits)) is None


@quick
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert recovery.read(text) is None
    with pytest.raises(UserActionError):
        wrap_with_recovery_code(KEY, text, DATABASE_ID)


def test_another_code_opens_nothing_and_a_mistyped_one_is_told() -> None:
    code = recovery.make()
    with pytest.raises(WrongPassphraseError, match="does not open"):
        slots(code).unlock(recovery.make())
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "2")
    with pytest.raises(WrongPassphraseError, match="character"):
        slots(code).unlock(mistyped)


def test_a_passphrase_that_looks_like_a_code_is_still_one() -> None:
    look = recovery.make()
    passphrase = wrap_with_passphrase(KEY, look, DATABASE_ID, CHEAP)
    code = wrap_with_recovery_code(KEY, recovery.make(), DATABASE_ID)
    assert KeySlots(DATABASE_ID, "", (passphrase, code)).unlock(look) == KEY


@pytest.mark.parametrize("field", ["nonce", "wrapped_key"])
def test_damage_in_a_recovery_slot_is_damage(field: str) -> None:
    code = recovery.make()
    sound = slots(code)
    parts = {"nonce": sound.slots[1].nonce, "wrapped_key": sound.slots[1].wrapped_key, field: "zz"}
    broken = Slot(1, SlotType.RECOVERY, None, **parts)
    with pytest.raises(KeySlotsDamagedError):
        KeySlots(DATABASE_ID, "", (sound.slots[0], broken)).unlock(code)


def test_the_slot_opens_as_the_format_says() -> None:
    code = recovery.make()
    slot = json.loads(slots(code).to_bytes())["slots"][1]
    info = b"inglenook recovery code 1"
    secret = HKDF(SHA256(), 32, None, info).derive(code.replace("-", "").encode())
    bound = {"database_id": DATABASE_ID, "kdf": None, "type": "recovery", "version": 1}
    aad = json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()
    wrapped = bytes.fromhex(slot["wrapped_key"])
    assert AESGCM(secret).decrypt(bytes.fromhex(slot["nonce"]), wrapped, aad) == KEY
