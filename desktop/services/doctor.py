# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks whether the promises hold on this machine: encryption, confinement, permissions, the model.

Nothing here opens the vault, needs a passphrase or touches the network, not even to see it refused.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
from importlib import metadata
from pathlib import Path

import msgspec

from desktop import __version__
from desktop.domain.errors import InglenookError
from desktop.domain.spec import fingerprint
from desktop.i18n import _, ngettext
from desktop.paths import Profile, is_frozen, resource
from desktop.sandbox.confine import ConfinementReport
from desktop.services.integrity import health_check
from desktop.services.models import Models
from desktop.services.privacy_reports import CheckReport
from desktop.services.reports import DoctorReport
from desktop.services.spec import read_shipped
from desktop.services.ways_in import keychain_status
from desktop.storage.connection import cipher_versions
from desktop.storage.presence import may_have_keychain

_COMPONENTS = (
    "PySide6-Essentials",
    "llama-cpp-python",
    "sqlcipher3",
    "cryptography",
    "argon2-cffi",
    "msgspec",
)
_READ_SIZE = 1 << 20


def examine(profile: Profile, models: Models, confinement: ConfinementReport) -> DoctorReport:
    """Look at everything once; reads the bundled model in full (a second or two) to compare its hash."""
    versions = {"inglenook": __version__, "python": platform.python_version()}
    for name in _COMPONENTS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "bundled" if is_frozen() else "missing"
    checks = [
        *_encryption(versions),
        *_model(models),
        *_confinement(confinement),
        *_permissions(profile),
        _keychain(profile),
        health_check(profile),
        _instructions(),
        _build(),
    ]
    paths = {
        "profile": _readable(profile.folder),
        "vault": _readable(profile.vault),
        "model": _readable(models.current().path),
        "resources": str(resource()),
    }
    return DoctorReport(all(c.ok is not False for c in checks), versions, paths, checks)


def protection_checks(profile: Profile | None, confinement: ConfinementReport) -> list[CheckReport]:
    """What protects what is kept: encryption, confinement and, where there is a profile, permissions."""
    checks = [*_encryption({}), *_confinement(confinement)]
    return [*checks, *_permissions(profile)] if profile else checks


def _encryption(versions: dict[str, str]) -> list[CheckReport]:
    try:
        cipher, sqlite, provider = cipher_versions()
    except InglenookError as error:
        return [CheckReport("encryption", False, str(error))]
    versions["sqlcipher"], versions["sqlite"] = cipher, sqlite
    return [CheckReport("encryption", True, f"SQLCipher {cipher}, {provider}")]


def _model(models: Models) -> list[CheckReport]:
    choice = models.current()
    if not choice.path.is_file():
        return [CheckReport("model", False, _("The model file is missing. Choose another in the window."))]
    expected = catalogue_hashes().get(choice.path.name)
    if expected is None:
        return [CheckReport("model", None, _("This model is your own; there is no hash to compare with."))]
    digest = hashlib.sha256()
    with choice.path.open("rb") as file:
        while block := file.read(_READ_SIZE):
            digest.update(block)
    if digest.hexdigest() == expected:
        return [CheckReport("model", True, f"{choice.name}, SHA-256 {expected[:16]}…")]
    return [
        CheckReport("model", False, _("The bundled model file was changed or is damaged. Install again."))
    ]


def catalogue_hashes() -> dict[str, str]:
    """SHA-256 of the model files our catalogue knows, by file name."""
    try:
        catalogue = msgspec.json.decode(resource("models", "catalogue.json").read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}
    models = catalogue.get("models", []) if isinstance(catalogue, dict) else []
    return {str(m.get("file")): str(m.get("sha256")) for m in models if isinstance(m, dict)}


def _confinement(report: ConfinementReport) -> list[CheckReport]:
    return [CheckReport(item.name, item.holds, item.detail) for item in report.items]


def _permissions(profile: Profile) -> list[CheckReport]:
    if sys.platform == "win32":  # access is by the user's own ACLs there
        return [CheckReport("permissions", None, _("Not judged on Windows."))]
    if not profile.folder.exists():
        return [CheckReport("permissions", None, _("There is no profile yet."))]
    loose = [p for p in (profile.folder, *profile.folder.rglob("*")) if not _is_private(p)]
    if not loose:
        return [CheckReport("permissions", True, _("Only you can read the profile."))]
    words = ngettext(
        "Others can read {count} file of the profile.",
        "Others can read {count} files of the profile.",
        len(loose),
    )
    return [CheckReport("permissions", False, words.format(count=len(loose)))]


def _keychain(profile: Profile) -> CheckReport:
    """A weakness that was chosen is no promise broken, so it is neither well nor ill."""
    if not may_have_keychain(profile):
        return CheckReport("keychain", None, _("Off: no keychain opens the vault."))
    _is_on, name = keychain_status(profile)
    words = _("On: other programs that run under your name can reach the key there ({name}).")
    return CheckReport("keychain", None, words.format(name=name or _("not to be found now")))


def _readable(path: Path) -> str:
    """The path as text; bytes of a name that is not UTF-8 become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def _is_private(path: Path) -> bool:
    try:
        return not stat.S_IMODE(path.lstat().st_mode) & 0o077
    except FileNotFoundError:  # a WAL may vanish while we look
        return True


def _instructions() -> CheckReport:
    try:
        shipped = read_shipped()
    except InglenookError as error:
        return CheckReport("instructions", False, str(error))
    told = fingerprint(shipped.words.told)
    words = _("What the model is told: version {version}, {fingerprint}")
    return CheckReport("instructions", True, words.format(version=shipped.version, fingerprint=told))


def _build() -> CheckReport:
    if not is_frozen():
        return CheckReport("build", None, _("Run from source."))
    try:
        release = msgspec.json.decode(resource("build.json").read_bytes(), type=_BuildMarker).release
    except (OSError, msgspec.DecodeError):
        release = False
    if release:
        return CheckReport("build", None, _("A release."))
    return CheckReport("build", None, _("A test build for this processor only; not for release."))


class _BuildMarker(msgspec.Struct):
    """What the freezing step wrote into the build."""

    release: bool
