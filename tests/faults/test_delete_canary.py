# SPDX-License-Identifier: GPL-3.0-or-later
"""A word of a deleted chat is nowhere afterwards, whatever shape the vault had: a hundred layouts.

The decrypted pages, the log, the search index and the backups are looked through here, beside the receipt.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.vaults import CHEAP

from desktop.domain.conversation import ChatId, MessageId, Role, Status
from desktop.domain.training import Rating
from desktop.paths import Profile
from desktop.services.backups import Backups
from desktop.storage import consent, conversations, deletion, drafts, feedback, training
from desktop.storage.connection import Connection
from desktop.storage.pagescan import ScanRequest, scan
from desktop.storage.vault import OpenVault, create_vault

LAYOUTS = 100
SHORTENED = 8


@pytest.fixture
def vault(profile: Profile) -> Iterator[OpenVault]:
    vault = create_vault(profile, "four unrelated garden words", cost=CHEAP)
    yield vault
    vault.close()


def prose(chance: random.Random, size: int) -> str:
    """Words that stand in every chat."""
    words = ["kettle", "garden", "window", "letter", "river", "茶", "naïve", "bread"]
    return " ".join(chance.choice(words) for _ in range(size))


def plant(conn: Connection, chance: random.Random, canary: str | None) -> ChatId:
    """A chat of some shape; with a canary in its title, prompt, messages, draft, feedback and choices."""

    def said(size: int) -> str:
        text = prose(chance, size)
        if canary is None:
            return text
        place = chance.randrange(len(text) + 1)
        return f"{text[:place]} {canary} {text[place:]}"

    chat = conversations.create_chat(conn, title=said(3), system_prompt=said(5))
    told: list[MessageId] = []
    for _ in range(chance.randrange(1, 9)):
        role = chance.choice([Role.USER, Role.ASSISTANT])
        size = chance.choice([1, 5, 80, 700, 4000, 12_000])  # within a page, or over many of them
        parent = chance.choice([None, *told]) if told else None  # branches
        grows = role is Role.ASSISTANT and chance.random() < 0.5
        message = conversations.add_message(
            conn,
            chat.id,
            parent_id=parent,
            role=role,
            content=said(size),
            status=Status.STREAMING if grows else Status.COMPLETE,
        )
        if grows:  # written over while it streamed: longer or shorter than before
            for status in (Status.STREAMING, Status.STOPPED):
                text = said(chance.choice([1, 300, 6000]))
                conversations.update_reply(conn, message.id, content=text, status=status)
        if role is Role.ASSISTANT and chance.random() < 0.5:
            feedback.set_feedback(
                conn, message.id, chance.choice(list(Rating)), reason=said(2), correction=said(40)
            )
        told.append(message.id)
    if chance.random() < 0.5:
        drafts.keep_drafts(conn, {chat.id: said(20)})
    if chance.random() < 0.5:
        consent.set_consent(conn, [chat.id], True)
        training.choose_filter(conn, chat.id, {said(1): True})
    return chat.id


def hits(vault: OpenVault, canary: str) -> int:
    """Pages and files that hold the canary, as it is or as the index keeps it."""
    needles = [canary.encode(), canary.casefold().encode()]
    found = 0
    databases = [vault.profile.vault, *vault.profile.backups.rglob("vault.db")]
    for path in databases:
        report = scan(ScanRequest(bytes(path), vault.key, needles))
        assert report.unreadable == 0
        found += len(report.found)
    return found


@pytest.mark.slow
def test_no_layout_keeps_a_word(vault: OpenVault, full: bool, tmp_path: Path) -> None:
    chance = random.Random(11)
    backups = Backups(vault)
    kept: list[ChatId] = []
    for layout in range(LAYOUTS if full else SHORTENED):
        canary = f"Canary{layout:03}x{chance.getrandbits(64):016x}"
        before = [vault.database.write(lambda c: plant(c, chance, None)).result() for _ in range(2)]
        doomed = vault.database.write(lambda c, w=canary: plant(c, chance, w)).result()
        kept += [*before, vault.database.write(lambda c: plant(c, chance, None)).result()]
        if layout % 5 == 0:
            backups.make()
        if layout % 2:
            vault.database.truncate_log()  # some of it in the database, some in the log only
        receipt = deletion.purge(vault.database, vault, [doomed])
        assert receipt.residue_found == 0, receipt
        assert hits(vault, canary) == 0, f"layout {layout}"
        if len(kept) > 12:  # room that was freed is used again by the next layouts
            gone, kept = kept[:6], kept[6:]
            deletion.purge(vault.database, vault, gone)


def test_the_look_would_see_it(vault: OpenVault) -> None:
    """Before the deletion the same look finds it, in the vault and in its backup."""
    chance = random.Random(12)
    canary = "Canary999x0123456789abcdef"
    vault.database.write(lambda c: plant(c, chance, canary)).result()
    Backups(vault).make()
    assert hits(vault, canary) >= 2
