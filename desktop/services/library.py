# SPDX-License-Identifier: GPL-3.0-or-later
"""The models a person has: adding a file, what it says of itself, whether it fits, which one answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from desktop.domain.conversation import ChatId, ReplyStats
from desktop.domain.errors import EnvironmentFaultError, UserActionError
from desktop.domain.model_card import BUNDLED_ID, ModelCard
from desktop.engine.inspect import Inspected, Verdict
from desktop.i18n import _
from desktop.services.model_files import (
    DoesNotFitError,
    Fit,
    KnownModel,
    ModelFileError,
    UnknownModelError,
    fit,
    is_file,
    known_file,
    look_at,
)
from desktop.services.models import ModelChoice, Models
from desktop.storage import models as stored
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.models import Measure, StoredModel

__all__ = [
    "DoesNotFitError",
    "Fit",
    "KnownModel",
    "Measure",
    "ModelFileError",
    "ModelLibrary",
    "fit",
    "known_file",
    "look_at",
]

_FEWEST_TOKENS = 8  # a shorter answer says nothing about speed

_log = logging.getLogger(__name__)


class ModelLibrary:
    """What one open database knows of models. Blocks shortly where it does not say otherwise."""

    def __init__(self, database: Database, models: Models, *, folder: Path | None) -> None:
        """Choose the model that answers.

        Args:
            database: where models are listed.
            models: what answers.
            folder: where this app's downloads lie, the only files it may delete; None in memory.
        """
        self._database = database
        self._models = models
        self._folder = folder
        self._usual = models.current() if folder is None else models.original
        self._bundled: Inspected | None = None
        chosen, anyway = database.read(lambda c: (self._default(c), stored.is_anyway(c))).result()
        if chosen is not None:
            self._usual = chosen
        if self._usual != models.current() or anyway:
            models.choose(self._usual, despite=anyway)

    @property
    def default(self) -> ModelChoice:
        """What answers where a chat says nothing else."""
        return self._usual

    def names(self) -> list[ModelChoice]:
        """All of them as choices, the one Inglenook came with first."""
        return [self._models.original, *map(_choice, self._database.read(stored.listed).result())]

    def listed(self) -> list[KnownModel]:
        """All of them, the one Inglenook came with first. Reads that one's file the first time."""
        rows, measures = self._database.read(lambda c: (stored.listed(c), stored.measures(c))).result()
        room = self._models.room()
        known = [self._known(row, measures.get(row.id, Measure()), room) for row in rows]
        return [self._known_bundled(measures.get(BUNDLED_ID, Measure()), room), *known]

    def find(self, name: str) -> KnownModel:
        """The one with this id, the beginning of it (eight digits at least), or name.

        Raises:
            UnknownModelError.
        """
        for known in self.listed():
            begins = len(name) >= 8 and known.id.startswith(name)
            if known.id == name or begins or known.name.casefold() == name.casefold():
                return known
        raise UnknownModelError(_("No model here goes by this name. “inglenook models” lists them."))

    def add(
        self,
        path: Path,
        *,
        progress: Callable[[int, int], object] = lambda _done, _total: None,
        cancelled: threading.Event | None = None,
        downloaded: bool = False,
    ) -> KnownModel:
        """Look at a file, work out its SHA-256 and know it from now on. Blocks for as long as reading takes.

        Raises:
            ModelFileError, EnvironmentFaultError: see ``look_at``; nothing was added.
        """
        path = path.absolute()
        found = look_at(path, progress=progress, cancelled=cancelled)
        name = found.card.name or path.stem
        if found.card.quantisation:
            name = f"{name} · {found.card.quantisation}"
        row = self._database.write(
            lambda c: stored.add(
                c, found.sha256, name=name, path=path, size=found.size, card=found.card, downloaded=downloaded
            )
        ).result()
        return self._known(row, Measure(), self._models.room())

    def remove(self, model_id: str) -> None:
        """Know it no more; a file is deleted only if this app downloaded it.

        Raises:
            UserActionError: Inglenook came with it.
            UnknownModelError.
        """
        known = self.find(model_id)
        if known.is_bundled:
            raise UserActionError(_("Inglenook came with this model; it cannot be removed."))
        if known.is_default:
            self.use(BUNDLED_ID)
        if self._models.current().id == known.id:
            self._models.choose(self._usual)
        self._database.write(lambda c: stored.remove(c, known.id)).result()
        if known.downloaded and self._folder is not None and known.path.parent == self._folder:
            known.path.unlink(missing_ok=True)

    def use(self, model_id: str, *, despite: bool = False) -> ModelChoice:
        """Have a model answer where a chat says nothing else, also after the next unlocking.

        Args:
            model_id: which.
            despite: load it even if memory is short.

        Raises:
            DoesNotFitError: it was not told to do so ``despite`` that.
            UnknownModelError.
        """
        choice = self._to_choice(model_id)
        if not despite and fit(choice.needs, self._models.room()) is Fit.TOO_BIG:
            raise DoesNotFitError(
                _(
                    "This model needs more memory than can be had now, so nothing was changed. Close "
                    "programs, choose a smaller one, or load it anyway and expect a slow computer."
                )
            )
        path = None if choice == self._models.original else choice.path
        self._database.write(lambda c: stored.set_default_path(c, path, anyway=despite)).result()
        self._usual = choice
        self._models.choose(choice, despite=despite)
        return choice

    def use_file(self, path: Path) -> None:
        """``use`` for a file that need not be listed."""
        choice = self._database.read(lambda c: self._choice_at(c, path)).result()
        kept = None if choice == self._models.original else path
        self._database.write(lambda c: stored.set_default_path(c, kept)).result()
        self._usual = choice
        self._models.choose(choice)

    def take(self, choice: ModelChoice, *, despite: bool = False) -> None:
        """``use`` for a chat in memory: any model that is known elsewhere, and nothing is written."""
        self._usual = choice
        self._models.choose(choice, despite=despite)

    def use_for_chat(self, chat_id: ChatId, model_id: str | None) -> Future[None]:
        """Have a model answer one chat; None goes back to the usual one."""
        return self._database.write(lambda c: stored.choose_for_chat(c, chat_id, model_id))

    def of_chat(self, chat_id: ChatId) -> Future[ModelChoice]:
        """What answers this chat."""
        return self._database.read(lambda c: self.choice_for(c, chat_id))

    def choice_for(self, conn: Connection, chat_id: ChatId | None) -> ModelChoice:
        """What answers a chat (None: a new one): its own model while there is one, else the usual."""
        own = None if chat_id is None else stored.of_chat(conn, chat_id)
        if own is None:
            return self._usual
        if own in (BUNDLED_ID, self._models.original.id):
            return self._models.original
        row = stored.get(conn, own)
        return self._usual if row is None else _choice(row)

    def note_answer(self, choice: ModelChoice, stats: ReplyStats | None) -> None:
        """Remember how fast it answered and what it took, for its card. Does not wait."""
        if not choice.id or stats is None or stats.completion_tokens < _FEWEST_TOKENS:
            return
        used = self._models.memory_used() if self._models.current() == choice else None
        measure = Measure(stats.tokens_per_second or None, used)
        self._database.write(lambda c: stored.note_measure(c, choice.id, measure))

    def _default(self, conn: Connection) -> ModelChoice | None:
        path = stored.default_path(conn)
        return None if path is None else self._choice_at(conn, path)

    def _choice_at(self, conn: Connection, path: Path) -> ModelChoice:
        if path == self._models.original.path:
            return self._models.original
        row = stored.at(conn, path)
        return ModelChoice(path, path.stem) if row is None else _choice(row)

    def _to_choice(self, model_id: str) -> ModelChoice:
        if model_id in (BUNDLED_ID, self._models.original.id):
            return self._models.original
        row = self._database.read(lambda c: stored.get(c, model_id)).result()
        if row is None:
            raise UnknownModelError(_("No model here goes by this name. “inglenook models” lists them."))
        return _choice(row)

    def _known(self, row: StoredModel, measure: Measure, room: int | None) -> KnownModel:
        choice = _choice(row)
        return KnownModel(
            row.id,
            row.name,
            row.path,
            row.card,
            row.size,
            row.id,
            choice.needs,
            row.card.window(),
            fit(choice.needs, room),
            measure,
            is_default=self._usual.id == row.id,
            is_loaded=self._models.loaded and self._models.current().id == row.id,
            is_there=is_file(row.path),
            downloaded=row.downloaded,
        )

    def _known_bundled(self, measure: Measure, room: int | None) -> KnownModel:
        original = self._models.original
        if self._bundled is None:
            try:
                self._bundled = look_at(original.path)
            except (ModelFileError, EnvironmentFaultError):
                _log.warning("the bundled model cannot be looked at")
        found = self._bundled or Inspected(Verdict.NO_FILE, ModelCard(), 0)
        needs = found.card.memory_bytes(found.size) if found.size else 0
        return KnownModel(
            BUNDLED_ID,
            original.name,
            original.path,
            found.card,
            found.size,
            found.sha256,
            needs,
            found.card.window(),
            fit(needs, room),
            measure,
            is_default=self._usual == original,
            is_loaded=self._models.loaded and self._models.current() == original,
            is_there=is_file(original.path),
        )


def _choice(row: StoredModel) -> ModelChoice:
    return ModelChoice(row.path, row.name, row.id, row.card.memory_bytes(row.size))
