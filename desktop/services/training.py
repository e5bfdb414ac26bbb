# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be used for training: looked through, filtered, and written as a data set a person can read first.

Consent is read when the data are, filtered text is all that leaves, and the moment before the set gets its
name the consent of every chat in it is looked at once more.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from desktop import __version__
from desktop.domain.conversation import Chat, ChatId, MessageId
from desktop.domain.errors import EnvironmentFaultError, UserActionError
from desktop.domain.training import Feedback, Rating
from desktop.i18n import _, ngettext
from desktop.paths import resource
from desktop.services.filter_reports import reviewed_messages
from desktop.services.moments import utc
from desktop.services.name_model import installed
from desktop.services.training_reports import (
    ConsentedChatReport,
    ManifestFileReport,
    ReviewedChatReport,
    TrainingManifest,
)
from desktop.storage import feedback, training
from desktop.storage.database import Database
from desktop.storage.files import make_private_folder, write_private

if TYPE_CHECKING:  # the filter loads libraries that only those wait for who look at training
    from desktop.personal_data import Detector, Kind
    from desktop.services.redaction import ReviewedMessage
    from desktop.services.training_set import Material

EXAMPLES, PAIRS, MANIFEST = "chats.jsonl", "preferences.jsonl", "manifest.json"
_NAME = "name"  # in the figures
FILTER_VERSION = 2  # of desktop.personal_data; raised when it finds other things than before


@dataclass(frozen=True, slots=True)
class ReviewedChat:
    """One chat that may be used, with what would leave of it.

    Attributes:
        since: when the consent was given.
        messages: of the shown path, the system prompt first.
        pairs: how many preferences its feedback gives.
        removed: how many passages the filter replaces in ``messages``, by kind.
    """

    chat: Chat
    since: datetime | None
    messages: tuple[ReviewedMessage, ...]
    pairs: int
    removed: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What was written.

    Attributes:
        removed: how many passages of each kind were replaced.
    """

    chats: int
    examples: int
    pairs: int
    removed: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class TrainingStopped:
    """What came of stopping all use for training. Nothing made from chats is kept here: sets leave as files.

    Attributes:
        chats: how many were withdrawn.
        default_was_on: whether new chats were allowed until now.
        exported_at: when training data left before, oldest first; those files cannot be fetched back.
    """

    chats: int
    default_was_on: bool
    exported_at: list[datetime]


class Training:
    """What may be used of one open vault.

    Args:
        database: the vault's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_default(self) -> Future[bool]:
        """Whether new chats may be used from their beginning."""
        return self._database.read(training.is_default)

    def set_default(self, given: bool) -> Future[None]:
        """Say whether new chats may be used; those there are stay as they are."""
        return self._database.write(lambda c: training.set_default(c, given))

    def terms(self) -> Future[list[str]]:
        """What the person wants hidden wherever it stands: names, places, whatever tells who they are."""
        return self._database.read(training.own_terms)

    def set_terms(self, terms: Sequence[str]) -> Future[None]:
        """Keep these terms and no others."""
        kept = tuple(terms)
        return self._database.write(lambda c: training.set_own_terms(c, kept))

    def uses_name_model(self) -> Future[bool]:
        """Whether an installed name model is used."""
        return self._database.read(training.uses_name_model)

    def set_uses_name_model(self, used: bool) -> Future[None]:
        """Say whether an installed name model is used."""
        return self._database.write(lambda c: training.set_uses_name_model(c, used))

    def rate(
        self, message_id: MessageId, rating: Rating | None, *, reason: str = "", correction: str | None = None
    ) -> Future[None]:
        """Keep what the person thinks of an answer; None takes it back.

        Raises (through the Future):
            UnknownMessageError, UserActionError: it is no answer.
        """
        return self._database.write(
            lambda c: feedback.set_feedback(c, message_id, rating, reason=reason, correction=correction)
        )

    def feedback(self, message_ids: Sequence[MessageId]) -> Future[dict[MessageId, Feedback]]:
        """What was said of these answers."""
        wanted = tuple(message_ids)
        return self._database.read(lambda c: feedback.feedback_on(c, wanted))

    def choose(self, chat_id: ChatId, value: str, hidden: bool | None) -> Future[None]:
        """Have a value always hidden in a chat, or never; None leaves it to the filter.

        Raises (through the Future):
            UnknownChatError.
        """
        return self._database.write(lambda c: training.choose_filter(c, chat_id, {value: hidden}))

    def exported_before(self, chat_ids: Sequence[ChatId]) -> Future[list[datetime]]:
        """When data of any of these chats were exported; what left then cannot be fetched back."""
        wanted = tuple(chat_ids)
        return self._database.read(lambda c: training.exports_of(c, wanted))

    def stop(self) -> Future[TrainingStopped]:
        """Let no chat be used any more, whatever was said of it, and keep new ones out; recorded."""
        return self._database.write(lambda c: TrainingStopped(*training.withdraw_all(c)))

    def consented(self) -> Future[list[Chat]]:
        """The chats that may be used now, the oldest first."""
        return self._database.read(training.consented_chats)

    def review(self) -> Iterator[ReviewedChat]:
        """Every chat that may be used, with what would leave of it. Blocks; call it off the UI thread."""
        detector = self._detector()
        for chat in self.consented().result():
            reviewed = self._review_of(chat.id, detector)
            if reviewed is not None:
                yield reviewed

    def review_of(self, chat_id: ChatId) -> ReviewedChat | None:
        """One chat with what would leave of it; None if it may not be used (any more). Blocks."""
        return self._review_of(chat_id, self._detector())

    def _review_of(self, chat_id: ChatId, detector: Detector) -> ReviewedChat | None:
        from desktop.services.redaction import Redaction
        from desktop.services.training_set import pairs_of, shown_texts

        material = self._material(chat_id)
        if material is None:
            return None
        redaction = Redaction(detector, material.choices)
        messages = tuple(
            redaction.reviewed(role, text) for role, text in shown_texts(material) if text.strip()
        )
        removed = dict(redaction.removed)
        pairs = len(pairs_of(material, redaction))
        return ReviewedChat(material.chat, material.since, messages, pairs, removed)

    def export(self, folder: Path) -> TrainingSet:
        """Write the data set into a new folder: examples, preferences and a manifest. Blocks.

        Raises:
            UserActionError: there is something of this name, or nothing may be used.
            ConsentChangedError: a chat was withdrawn meanwhile.
            EnvironmentFaultError: the disk does not take it. In each case nothing is there.
        """
        if folder.exists() or folder.is_symlink():
            raise UserActionError(
                _("There is something of this name already. Name a folder that is not there.")
            )
        work = None
        try:
            work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))  # 0700
            make_private_folder(work)
            made = self._write(work)
            work.rename(folder)
        except OSError:
            raise EnvironmentFaultError(
                _("The folder cannot be written there. Nothing was exported; choose another place.")
            ) from None
        finally:
            if work is not None:
                shutil.rmtree(work, ignore_errors=True)
        return made

    def _write(self, folder: Path) -> TrainingSet:
        from desktop.services.redaction import Redaction
        from desktop.services.training_set import example_of, pairs_of

        detector = self._detector()
        examples, pairs = bytearray(), bytearray()
        chats: list[ConsentedChatReport] = []
        removed: Counter[Kind] = Counter()
        counts: Counter[str] = Counter()
        consented = self._database.read(training.consented_chats).result()
        for chat in consented:
            material = self._material(chat.id)
            if material is None:
                continue
            redaction = Redaction(detector, material.choices)
            example, preferences = example_of(material, redaction), pairs_of(material, redaction)
            if example is not None:
                examples += msgspec.json.encode(example) + b"\n"
            for preference in preferences:
                pairs += msgspec.json.encode(preference) + b"\n"
            counts["examples"] += example is not None
            counts["pairs"] += len(preferences)
            if example is not None or preferences:
                removed += redaction.removed
                chats.append(ConsentedChatReport(chat.id, utc(material.since) if material.since else None))
        if not chats:
            raise UserActionError(
                _("Nothing was exported: the allowed chats hold no whole answer yet.")
                if consented
                else _("No chat may be used for training, so there is nothing to export.")
            )
        files = [(EXAMPLES, bytes(examples)), (PAIRS, bytes(pairs))]
        manifest = TrainingManifest(
            format="inglenook-training-set",
            version=1,
            created_at=utc(datetime.now(UTC)),
            app_version=__version__,
            filter_version=FILTER_VERSION,
            name_models=installed() if self.uses_name_model().result() else [],
            removed={str(kind): count for kind, count in sorted(removed.items())},
            chats=chats,
            examples=counts["examples"],
            pairs=counts["pairs"],
            files=[
                ManifestFileReport(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in files
            ],
        )
        files.append((MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"))
        for name, data in files:
            write_private(folder / name, data)
        self._database.write(
            lambda c: training.record_export(
                c,
                [ChatId(chat.id) for chat in chats],
                hashlib.sha256(files[-1][1]).hexdigest(),
                examples=counts["examples"],
                pairs=counts["pairs"],
            )
        ).result()
        return TrainingSet(len(chats), counts["examples"], counts["pairs"], dict(removed))

    def _detector(self) -> Detector:
        from desktop.services.redaction import detector_of

        return detector_of(self._database)

    def _material(self, chat_id: ChatId) -> Material | None:
        from desktop.services.training_set import read_material

        return self._database.read(functools.partial(read_material, chat_id=chat_id)).result()


def reviewed_chat_report(reviewed: ReviewedChat) -> ReviewedChatReport:
    """A chat as it would leave."""
    return ReviewedChatReport(
        id=reviewed.chat.id,
        title=reviewed.chat.title,
        consented_at=utc(reviewed.since) if reviewed.since else None,
        pairs=reviewed.pairs,
        messages=reviewed_messages(reviewed.messages),
    )


def stopped_in_words(stopped: TrainingStopped) -> str:
    """What was stopped, and what cannot be."""
    words = ngettext(
        "{count} chat was withdrawn. New chats stay out of training.",
        "{count} chats were withdrawn. New chats stay out of training.",
        stopped.chats,
    ).format(count=stopped.chats)
    if not stopped.exported_at:
        return _("{what} No training data was exported before, and none is kept here.").format(what=words)
    moments = ", ".join(f"{at.astimezone():%Y-%m-%d %H:%M}" for at in stopped.exported_at)
    return _(
        "{what} None is kept here, but training data was exported before: {moments}. Those files are "
        "outside; delete them yourself."
    ).format(what=words, moments=moments)


def exported_in_words(exports: Sequence[datetime]) -> str:
    """What a chat that is withdrawn was in before, in a sentence; "" if in nothing."""
    if not exports:
        return ""
    days = ", ".join(dict.fromkeys(f"{at.astimezone():%Y-%m-%d}" for at in exports))
    return _("It was in the training data exported on {days}; those copies are in your hands.").format(
        days=days
    )


def figures_in_words() -> str:
    """How well the filter does on our own labelled texts, in a sentence."""
    figures = msgspec.json.decode(
        resource("personal_data", "figures.json").read_bytes(), type=dict[str, dict[str, dict[str, float]]]
    )
    words = {"en": _("English"), "de": _("German"), "fr": _("French"), "es": _("Spanish"), "zh": _("Chinese")}
    names = [f"{words[language]} {round(100 * figures[language][_NAME]['recall'])} %" for language in words]
    others = [found["recall"] for kinds in figures.values() for kind, found in kinds.items() if kind != _NAME]
    return _(
        "In our own test texts the filter finds {least} % of the numbers and addresses, and "
        "of names: {names}. Real texts are wilder, so read what leaves."
    ).format(least=round(100 * min(others)), names=", ".join(names))
