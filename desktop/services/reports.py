# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON documents of the command line: stable keys, one Struct each, schemas in resources/schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from desktop.domain.archive import ArchiveRecord, ChatsDocument
from desktop.domain.conversation import (
    Chat,
    DeletionReceipt,
    Message,
    ReplyStats,
    SearchHit,
    StopReason,
)
from desktop.services import model_reports, privacy_reports, settings_report
from desktop.services.care_reports import MoveInReport, MoveOutReport, VaultCheckReport
from desktop.services.filter_reports import (
    ExportLookReport,
    ExportReport,
)
from desktop.services.moments import utc
from desktop.services.privacy_reports import CheckReport
from desktop.services.spec_report import SpecReport
from desktop.services.training_reports import ReviewedChatReport, TrainingManifest
from desktop.services.vault_reports import KeychainReport, VaultEraseReport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desktop.domain.branches import MapRow
    from desktop.domain.conversation import MessageId
    from desktop.domain.folder import Folder
    from desktop.services.retention import RetentionState
    from desktop.storage.backup import Backup


class AskReport(msgspec.Struct, frozen=True):
    """What ``ask`` answers; the ids are null for temporary chats."""

    chat_id: str | None
    message_id: str | None
    text: str
    model: str | None
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    time_to_first_token_s: float
    tokens_per_second: float
    stop_reason: str


class ChatRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of ``chat --json``'s input."""

    text: str
    chat_id: str | None = None
    temporary: bool = False


class ChatReport(msgspec.Struct, frozen=True):
    """One chat in ``chats``; ``messages`` counts all branches without the system prompt."""

    id: str
    title: str
    created_at: str
    updated_at: str
    model: str | None
    messages: int
    training_consent: bool
    pinned: bool
    archived: bool
    retention_days: int | None


class FolderReport(msgspec.Struct, frozen=True):
    """One folder in ``folder list``."""

    name: str
    chats: int


class MessageReport(msgspec.Struct, frozen=True):
    """One message in ``show``."""

    id: str
    parent_id: str | None
    role: str
    content: str
    status: str
    created_at: str
    model: str | None
    edited: bool  # an answer in the person's words


class MapReport(msgspec.Struct, frozen=True):
    """One line of ``map``: ``level`` counts the forks between it and the shown path."""

    id: str
    role: str
    status: str
    level: int
    shown: bool
    version: int
    versions: int
    first_words: str


class ShowReport(ChatReport, frozen=True):
    """A chat with its messages."""

    system_prompt: str | None
    messages: list[MessageReport]  # type: ignore[assignment]  # the contract replaces the count by the list
    current_path: list[str]


class DeleteReport(msgspec.Struct, frozen=True):
    """The receipt of a deletion."""

    deleted_chats: int
    deleted_messages: int
    residue_found: int | None
    checked: list[str]


class SearchReport(msgspec.Struct, frozen=True):
    """One hit of ``search``; the snippet is plain text."""

    chat_id: str
    message_id: str
    role: str
    snippet: str
    created_at: str


class DoctorReport(msgspec.Struct, frozen=True):
    """What ``doctor`` found; ``ok`` is false if any promise does not hold."""

    ok: bool
    versions: dict[str, str]
    paths: dict[str, str]
    checks: list[CheckReport]


class LockStatusReport(msgspec.Struct):
    """What can be told of a vault without its passphrase.

    Attributes:
        state: absent, present, keyslots_missing, database_missing or erasing.
        held: another Inglenook has it open.
    """

    state: str
    held: bool


class BackupReport(msgspec.Struct, frozen=True):
    """One copy in ``vault backup``."""

    name: str
    made_at: str
    bytes: int


class RetentionReport(msgspec.Struct, frozen=True):
    """What ``privacy retention`` answers: the rule, what would go now, and whether it asks first."""

    days: int | None
    asks: bool
    clock_doubted: bool
    expired: list[str]


class SkippedReport(msgspec.Struct, frozen=True):
    """Something ``import`` left out, and why, in words."""

    what: str
    why: str


class ImportReport(msgspec.Struct, frozen=True):
    """What ``import`` did."""

    chats: int
    messages: int
    skipped: list[SkippedReport]


SCHEMAS: dict[str, type[msgspec.Struct] | object] = {
    "export-archive": ArchiveRecord,  # one line
    "export-json": ChatsDocument,
    "ask": AskReport,
    "chat-request": ChatRequest,
    "chats": list[ChatReport],
    "show": ShowReport,
    "fork": ChatReport,
    "folder-list": list[FolderReport],
    "map": list[MapReport],
    "delete": DeleteReport,
    "search": list[SearchReport],
    "doctor": DoctorReport,
    **privacy_reports.SCHEMAS,
    **model_reports.SCHEMAS,
    "import": ImportReport,
    "move-in": MoveInReport,
    "move-out": MoveOutReport,
    "privacy-retention": RetentionReport,
    "vault-lock-status": LockStatusReport,
    "vault-keychain": KeychainReport,
    "vault-erase": VaultEraseReport,
    "vault-backup": list[BackupReport],
    "export": ExportReport,
    "export-look": ExportLookReport,
    "vault-check": VaultCheckReport,
    "training-review": list[ReviewedChatReport],
    "training-manifest": TrainingManifest,
    "spec": SpecReport,
    **settings_report.SCHEMAS,
}


def ask_report(reply: Message, *, temporary: bool) -> AskReport:
    """The answer to one question."""
    stats = reply.stats or ReplyStats(0, 0, 0, 0.0, 0.0)
    return AskReport(
        chat_id=None if temporary else reply.chat_id,
        message_id=None if temporary else reply.id,
        text=reply.content,
        model=reply.model,
        prompt_tokens=stats.prompt_tokens,
        cached_tokens=stats.cached_tokens,
        completion_tokens=stats.completion_tokens,
        time_to_first_token_s=round(stats.time_to_first_token_s, 4),
        tokens_per_second=round(stats.tokens_per_second, 2),
        stop_reason=str(reply.stop_reason or StopReason.ERROR),
    )


def chat_report(chat: Chat) -> ChatReport:
    """One row of the list."""
    return ChatReport(
        id=chat.id,
        title=chat.title,
        created_at=utc(chat.created_at),
        updated_at=utc(chat.updated_at),
        model=chat.model,
        messages=chat.messages,
        training_consent=chat.training_consent,
        pinned=chat.pinned,
        archived=chat.archived,
        retention_days=chat.retention_days,
    )


def folder_report(folder: Folder, chats: Sequence[Chat]) -> FolderReport:
    """A folder, with how many of these chats are in it."""
    return FolderReport(folder.name, sum(chat.folder == folder.name for chat in chats))


def show_report(chat: Chat, messages: list[Message], current_path: list[str]) -> ShowReport:
    """A chat with these messages."""
    row = msgspec.structs.asdict(chat_report(chat))
    row["messages"] = [
        MessageReport(
            id=m.id,
            parent_id=m.parent_id,
            role=str(m.role),
            content=m.content,
            status=str(m.status),
            created_at=utc(m.created_at),
            model=m.model,
            edited=m.edited,
        )
        for m in messages
    ]
    return ShowReport(**row, system_prompt=chat.system_prompt, current_path=current_path)


def map_report(rows: Sequence[MapRow], first_words: Mapping[MessageId, str]) -> list[MapReport]:
    """A chat as a map."""
    return [
        MapReport(
            row.id,
            str(row.role),
            str(row.status),
            row.level,
            row.shown,
            row.version,
            row.versions,
            first_words.get(row.id, ""),
        )
        for row in rows
    ]


def delete_report(done: DeletionReceipt) -> DeleteReport:
    """A receipt."""
    return DeleteReport(done.deleted_chats, done.deleted_messages, done.residue_found, list(done.checked))


def retention_report(state: RetentionState) -> RetentionReport:
    """What holds, and what would go."""
    return RetentionReport(
        state.rule.days, state.asks, state.doubts_clock, [chat.id for chat in state.expired]
    )


def backup_report(backup: Backup) -> BackupReport:
    """One copy."""
    return BackupReport(backup.name, utc(backup.made_at), backup.bytes)


def search_report(hit: SearchHit) -> SearchReport:
    """One hit, its snippet without marks."""
    snippet = hit.snippet.replace("\ue000", "").replace("\ue001", "")
    return SearchReport(hit.chat_id, hit.message_id, str(hit.role), snippet, utc(hit.created_at))
