# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things lie: the profile, and resources in source, wheel and frozen builds."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP = "inglenook"
PROFILE_VARIABLE = "INGLENOOK_PROFILE"
PASSPHRASE_FILE_VARIABLE = "INGLENOOK_PASSPHRASE_FILE"  # noqa: S105 - a variable's name
BUNDLED_MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's folder. Nothing in it is created before it is needed."""

    folder: Path

    @property
    def vault(self) -> Path:
        """The encrypted database."""
        return self.folder / "vault.db"

    @property
    def keyslots(self) -> Path:
        """The wrapped keys."""
        return self.folder / "keyslots.json"

    @property
    def lock(self) -> Path:
        """The file whose flock says who owns the vault."""
        return self.folder / "lock"

    @property
    def preferences(self) -> Path:
        """What must be known before unlocking (theme, language, window size); never content."""
        return self.folder / "preferences.json"

    @property
    def health(self) -> Path:
        """What the last look at every page found: numbers only, so that ``doctor`` can tell without a key."""
        return self.folder / "health.json"

    @property
    def backups(self) -> Path:
        """Encrypted copies of the vault."""
        return self.folder / "backups"

    @property
    def models(self) -> Path:
        """Models that were downloaded; those a person added stay where they are."""
        return self.folder / "models"


def default_profile() -> Profile:
    """The profile named by INGLENOOK_PROFILE, else the system's place for application data."""
    named = os.environ.get(PROFILE_VARIABLE)
    folder = Path(named).expanduser() if named else Path(platformdirs.user_data_dir(APP, appauthor=False))
    return Profile(folder.absolute())  # children work in another folder


def is_frozen() -> bool:
    """Whether this is a PyInstaller build."""
    return bool(getattr(sys, "frozen", False))


def resource(*parts: str) -> Path:
    """A file of ours: beside the code in a source tree, in the bundle of a frozen build."""
    bundle = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle else Path(__file__).resolve().parent.parent
    return root.joinpath("resources", *parts)


def bundled_model() -> Path:
    """Where the bundled GGUF lies (it may be missing)."""
    return resource("models", BUNDLED_MODEL)
