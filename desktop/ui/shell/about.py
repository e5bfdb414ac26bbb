# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shipped, under which licence, in which version."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata


@dataclass(frozen=True, slots=True)
class Part:
    """Something of others' in here. ``distribution`` "" where it has no installed version to look up."""

    name: str
    licence: str
    distribution: str = ""

    @property
    def version(self) -> str:
        """The version in use; "" where it is not known."""
        if not self.distribution:
            return ""
        try:
            return metadata.version(self.distribution)
        except metadata.PackageNotFoundError:
            return ""


PARTS: tuple[Part, ...] = (
    Part("Qt and PySide6", "LGPL-3.0", "PySide6-Essentials"),
    Part("Python", "PSF-2.0"),
    Part("llama.cpp, llama-cpp-python", "MIT", "llama-cpp-python"),
    Part("SmolLM2 135M Instruct", "Apache-2.0"),
    Part("SQLCipher, SQLite", "BSD-3-Clause, public domain", "sqlcipher3"),
    Part("cryptography", "Apache-2.0 or BSD-3-Clause", "cryptography"),
    Part("argon2-cffi", "MIT", "argon2-cffi"),
    Part("keyring", "MIT", "keyring"),
    Part("zxcvbn", "MIT", "zxcvbn"),
    Part("markdown-it-py", "MIT", "markdown-it-py"),
    Part("Pygments", "BSD-2-Clause", "Pygments"),
    Part("Jinja2", "BSD-3-Clause", "Jinja2"),
    Part("msgspec", "BSD-3-Clause", "msgspec"),
    Part("platformdirs", "MIT", "platformdirs"),
    Part("Inter, JetBrains Mono", "OFL-1.1"),
    Part("Lucide icons", "ISC"),
)
