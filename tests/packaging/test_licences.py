# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything we ship is listed with its licence, and the licence is the one the package states."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from packaging.utils import canonicalize_name

COMPATIBLE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "GPL-3.0-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "PSF-2.0",
    "Zlib",
}
# How packages without a licence expression say it.
SPELLINGS = {
    "Apache 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "LGPL": "LGPL-2.1-or-later",
}


@pytest.fixture(scope="module")
def listed(root: Path) -> dict[str, str]:
    """Canonical package name to licence, from the table of Python packages."""
    text = (root / "packaging" / "licences" / "README.md").read_text(encoding="utf-8")
    table = text.partition("## Python packages")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in table.splitlines()
        if line.startswith("| ")
    ]
    return {canonicalize_name(row[0]): row[1] for row in rows[2:]}


def test_every_runtime_package_is_listed_and_no_other(freeze: ModuleType, listed: dict[str, str]) -> None:
    assert sorted(listed) == sorted(freeze.runtime_packages())


def test_the_listed_licence_is_the_one_the_package_states(freeze: ModuleType, listed: dict[str, str]) -> None:
    for name, distribution in freeze.runtime_packages().items():
        stated = distribution.metadata.get("License-Expression") or distribution.metadata.get("License")
        if stated:
            assert listed[name] == SPELLINGS.get(stated, stated), name


def test_every_licence_goes_with_ours(listed: dict[str, str]) -> None:
    for name, expression in listed.items():
        alternatives = [set(re.split(r" AND ", part)) for part in expression.split(" OR ")]
        assert any(parts <= COMPATIBLE for parts in alternatives), f"{name}: {expression}"


def test_our_licence_is_the_gpl_in_full(root: Path) -> None:
    text = (root / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 3, 29 June 2007" in text
    assert "END OF TERMS AND CONDITIONS" in text
