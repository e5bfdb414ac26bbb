# SPDX-License-Identifier: GPL-3.0-or-later
"""The wrapped key opens with the passphrase, and with nothing that was altered."""

from __future__ import annotations

import hashlib
import json
import unicodedata

import msgspec
import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.errors import (
    KeySlotsDamagedError,
    UserActionError,
    VaultNewerError,
    WrongPassphraseError,
)
from desktop.storage import kdf
from desktop.storage.kdf import KdfCost
from desktop.storage.keyslots import (
    MAX_FILE_BYTES,
    KeySlots,
    Slot,
    SlotType,
    unwrap_with_passphrase,
    wrap_with_passphrase,
)

CHEAP = KdfCost(memory_kib=16, time_cost=1, parallelism=1)
DATABASE_ID = "0123456789abcdef" * 2
KEY = bytes(range(32))
quick = settings(max_examples=60, deadline=None)


def slots(passphrase: str = "open sesame", cost: KdfCost = CHEAP) -> KeySlots:
    slot = wrap_with_passphrase(KEY, passphrase, DATABASE_ID, cost)
    return KeySlots(DATABASE_ID, "00" * 16, (slot,))


SAMPLE = slots().to_bytes()


def altered(**changes: object) -> bytes:
    """The sample with fields changed, its checksum made right again, as someone hostile would."""
    content = json.loads(SAMPLE)
    for path, value in changes.items():
        *way, name = path.split("__")
        target = content
        for step in way:
            target = target[int(step)] if isinstance(target, list) else target[step]
        target[name] = value
    content["checksum"] = ""
    plain = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    content["checksum"] = hashlib.sha256(plain).hexdigest()
    return json.dumps(content).encode()


@quick
@given(key=st.binary(min_size=32, max_size=32), passphrase=st.text(min_size=1))
def test_round_trip(key: bytes, passphrase: str) -> None:
    slot = wrap_with_passphrase(key, passphrase, DATABASE_ID, CHEAP)
    again = KeySlots.from_bytes(KeySlots(DATABASE_ID, "00" * 16, (slot,)).to_bytes())
    assert again.unlock(passphrase) == key
    assert (again.database_id, again.database_salt, again.slots) == (DATABASE_ID, "00" * 16, (slot,))


@quick
@given(other=st.text(min_size=1).filter(lambda text: text != "open sesame"))
def test_another_passphrase_is_wrong(other: str) -> None:
    with pytest.raises(WrongPassphraseError):
        KeySlots.from_bytes(SAMPLE).unlock(other)


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(SAMPLE) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_noticed(at: int, bit: int) -> None:
    data = bytearray(SAMPLE)
    data[at] ^= 1 << bit
    try:
        key = KeySlots.from_bytes(bytes(data)).unlock("open sesame")
    except (KeySlotsDamagedError, VaultNewerError):
        return
    assert key == KEY
    assert json.loads(data) == json.loads(SAMPLE)  # white space alone


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_id", "f" * 32),
        ("slots__0__type", "recovery"),
        ("slots__0__type", "keychain"),
        ("slots__0__kdf__memory_kib", 17),
        ("slots__0__kdf__time_cost", 2),
        ("slots__0__kdf__parallelism", 2),
        ("slots__0__kdf__salt", "00" * 16),
        ("slots__0__version", 2),
        ("slots__0__nonce", "00" * 12),
        ("slots__0__wrapped_key", "00" * 48),
    ],
)
def test_what_the_key_is_bound_to_cannot_be_swapped(name: str, value: object) -> None:
    """Even with a right checksum."""
    with pytest.raises((WrongPassphraseError, KeySlotsDamagedError)):
        KeySlots.from_bytes(altered(**{name: value})).unlock("open sesame")


def test_the_slot_version_type_id_and_kdf_are_the_associated_data() -> None:
    slot = wrap_with_passphrase(KEY, "open sesame", DATABASE_ID, CHEAP)
    assert slot.kdf is not None
    changed = [
        (msgspec.structs.replace(slot, type=SlotType.RECOVERY), DATABASE_ID),
        (msgspec.structs.replace(slot, kdf=msgspec.structs.replace(slot.kdf, time_cost=2)), DATABASE_ID),
        (slot, "f" * 32),
    ]
    for other, database_id in changed:
        with pytest.raises(InvalidTag):
            unwrap_with_passphrase(other, "open sesame", database_id)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slots__0__kdf__memory_kib", 64 * 1024 * 1024),
        ("slots__0__kdf__memory_kib", 0),
        ("slots__0__kdf__memory_kib", -1),
        ("slots__0__kdf__time_cost", 10**6),
        ("slots__0__kdf__parallelism", 10**4),
        ("slots__0__kdf__salt", "zz"),
        ("slots__0__nonce", ""),
        ("slots__0__wrapped_key", "00"),
        ("slots__0__type", "backdoor"),
        ("slots__0__kdf", None),
        ("slots", []),
        ("slots", "none"),
        ("format", "something else"),
        ("version", 0),
        ("extra", 1),
    ],
)
def test_impossible_fields_are_damage_and_cost_nothing(name: str, value: object) -> None:
    with pytest.raises(KeySlotsDamagedError, match=r"keyslots\.json"):
        KeySlots.from_bytes(altered(**{name: value})).unlock("open sesame")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"null", b"[" * 100_000, b"\xff\xfe", SAMPLE[:-10], b" " * (MAX_FILE_BYTES + 1)]
)
def test_what_is_no_such_file_is_damage(data: bytes) -> None:
    with pytest.raises(KeySlotsDamagedError):
        KeySlots.from_bytes(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_damage(data: bytes) -> None:
    with pytest.raises(KeySlotsDamagedError):
        KeySlots.from_bytes(data)


def test_a_newer_file_is_named_as_such() -> None:
    with pytest.raises(VaultNewerError, match="newer"):
        KeySlots.from_bytes(altered(version=2, something_new=True))


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(UserActionError, match="needs a passphrase"):
        wrap_with_passphrase(KEY, "", DATABASE_ID, CHEAP)


def test_letters_may_be_composed_either_way() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Müller à côté") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert slots(composed).unlock(decomposed) == KEY


def test_the_format_opens_as_its_description_says() -> None:
    """The program in FORMAT.md, against what is really written."""
    file = json.loads(SAMPLE)
    slot = file["slots"][0]
    cost = slot["kdf"]
    secret = hash_secret_raw(
        b"open sesame",
        bytes.fromhex(cost["salt"]),
        cost["time_cost"],
        cost["memory_kib"],
        cost["parallelism"],
        32,
        Type.ID,
    )
    bound = {
        "database_id": file["database_id"],
        "kdf": cost,
        "type": slot["type"],
        "version": slot["version"],
    }
    associated = json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()
    key = AESGCM(secret).decrypt(bytes.fromhex(slot["nonce"]), bytes.fromhex(slot["wrapped_key"]), associated)
    assert key == KEY


def test_several_ways_in_may_lie_side_by_side() -> None:
    first = wrap_with_passphrase(KEY, "first", DATABASE_ID, CHEAP)
    second = wrap_with_passphrase(KEY, "second", DATABASE_ID, CHEAP)
    keychain = Slot(1, SlotType.KEYCHAIN, None, "00" * 12, "00" * 48)
    both = KeySlots.from_bytes(KeySlots(DATABASE_ID, "00" * 16, (keychain, first, second)).to_bytes())
    assert both.unlock("first") == both.unlock("second") == KEY


def test_calibration_takes_a_second_of_work_and_no_more_than_its_share() -> None:
    def measured(seconds: float, free_gib: float) -> int:
        times = iter([0.0, seconds])
        cost = kdf.calibrate(clock=lambda: next(times), free_bytes=lambda: int(free_gib * 2**30))
        assert (cost.time_cost, cost.parallelism) == (3, 4)
        return cost.memory_kib // 1024

    assert measured(0.5, 16) == 128
    assert measured(5.0, 16) == 64  # never below the floor, however slow
    assert measured(0.01, 64) == 512  # nor beyond what a small machine can bear
    assert measured(0.1, 1) == 307  # three tenths of what is free
    assert measured(0.1, 0) == 64
    assert kdf.free_memory() > 0
