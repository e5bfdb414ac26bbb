# SPDX-License-Identifier: GPL-3.0-or-later
"""A model file as a person meets it: what is wrong with it, what it needs, whether that fits."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import EnvironmentFaultError, UserActionError
from desktop.domain.model_card import BUNDLED_ID, ModelCard
from desktop.engine.inspect import InspectCutOffError, Inspected, Verdict, inspect
from desktop.i18n import _
from desktop.storage.models import Measure

_COMFORTABLE = 0.85  # of the memory that can be had: the rest of the laptop wants to live, too


class ModelFileError(UserActionError):
    """The file is no model that can answer; nothing was added."""


class UnknownModelError(UserActionError):
    """No model goes by this name."""


class DoesNotFitError(UserActionError):
    """It needs more memory than can be had; nothing was changed."""


class Fit(enum.StrEnum):
    """Whether a model fits into the memory that can be had now."""

    FITS = "fits"
    TIGHT = "tight"
    TOO_BIG = "too_big"
    UNKNOWN = "unknown"


def fit(needs: int, room: int | None) -> Fit:
    """Compare what is needed with what can be had, both in bytes."""
    if room is None or not needs:
        return Fit.UNKNOWN
    if needs <= room * _COMFORTABLE:
        return Fit.FITS
    return Fit.TIGHT if needs <= room else Fit.TOO_BIG


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model the person has.

    Attributes:
        id: "bundled", or the SHA-256 of the file.
        card: the file's own claims.
        size: bytes of the file.
        sha256: worked out here; "" if the file was not read.
        needs: bytes of memory it is estimated to take.
        window: the context that is estimated with, in tokens.
        fit: whether it fits now.
        measure: what answering was like here.
        is_there: the file lies where it lay.
        downloaded: by this app; removing it deletes the file.
    """

    id: str
    name: str
    path: Path
    card: ModelCard
    size: int
    sha256: str
    needs: int
    window: int
    fit: Fit
    measure: Measure
    is_default: bool
    is_loaded: bool
    is_there: bool
    downloaded: bool = False

    @property
    def is_bundled(self) -> bool:
        """Whether Inglenook came with it."""
        return self.id == BUNDLED_ID

    @property
    def is_base(self) -> bool:
        """Whether it only continues texts: its file does not say how a chat is written."""
        return not self.card.has_template


def look_at(
    path: Path,
    *,
    hashed: bool = True,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: threading.Event | None = None,
) -> Inspected:
    """Look at a file in a confined child. Blocks.

    Raises:
        ModelFileError: it is no model that can answer; its message says why.
        EnvironmentFaultError: the child could not be started.
    """
    try:
        found = inspect(path, hashed=hashed, progress=progress, cancelled=cancelled)
    except InspectCutOffError:
        raise ModelFileError(
            _("The model file could not be read to its end. Nothing was added; is it whole?")
        ) from None
    except OSError:
        raise EnvironmentFaultError(
            _("The process that looks at model files could not be started. Nothing was added; try again.")
        ) from None
    if found.verdict is not Verdict.GOOD:
        raise ModelFileError(_explain(found.verdict))
    return found


def known_file(path: Path, room: int | None) -> KnownModel:
    """A file as if it were known, without adding it. Blocks.

    Raises:
        ModelFileError, EnvironmentFaultError: see ``look_at``.
    """
    found = look_at(path)
    needs = found.card.memory_bytes(found.size)
    return KnownModel(
        found.sha256,
        found.card.name or path.stem,
        path,
        found.card,
        found.size,
        found.sha256,
        needs,
        found.card.window(),
        fit(needs, room),
        Measure(),
        is_default=False,
        is_loaded=False,
        is_there=True,
    )


def is_file(path: Path) -> bool:
    """Whether it lies there, as far as one may look."""
    try:
        return path.is_file()
    except OSError:  # where it may not look
        return False


def _explain(verdict: Verdict) -> str:
    return {
        Verdict.NO_FILE: _("There is no file to read there. Nothing was added; choose a model file."),
        Verdict.NOT_GGUF: _(
            "This is not a model in the GGUF format. Nothing was added; look for a file that ends in .gguf."
        ),
        Verdict.DAMAGED: _(
            "This model file is cut off or damaged. Nothing was added; get it again, or another copy."
        ),
        Verdict.NOT_A_MODEL: _(
            "This file is a part for a model (an adapter or an image encoder), not a model that can answer. "
            "Nothing was added."
        ),
        Verdict.SPLIT: _(
            "This is one part of a model that comes in several files. Nothing was added; choose a model that "
            "is one file."
        ),
        Verdict.UNKNOWN_ARCHITECTURE: _(
            "This model is built in a way the engine cannot answer with. Nothing was added; choose another."
        ),
    }[verdict]
