# SPDX-License-Identifier: GPL-3.0-or-later
import json
from datetime import UTC, datetime

import msgspec
import pytest

from desktop.paths import resource
from desktop.services.moments import utc
from desktop.services.reports import SCHEMAS


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_document_has_its_schema_in_the_project(name: str) -> None:
    """They are a contract: a change here is a change for everyone who reads them."""
    stored = json.loads(resource("schemas", f"{name}.json").read_text(encoding="utf-8"))
    assert stored == msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(SCHEMAS[name])))


def test_times_are_iso_8601_in_utc() -> None:
    assert utc(datetime(2026, 11, 23, 10, 42, 0, 125_000, tzinfo=UTC)) == "2026-11-23T10:42:00.125Z"
