# SPDX-License-Identifier: GPL-3.0-or-later
"""The optional name model: used where it is installed, nothing where it is not, and no socket either way."""

from __future__ import annotations

import importlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.domain.errors import EnvironmentFaultError
from desktop.personal_data import Detector, Finding, Kind
from desktop.personal_data.ner import SpacyNames
from desktop.services import name_model
from desktop.services.redaction import detector_of
from desktop.services.training import Training
from desktop.storage.database import Database

has_spacy = importlib.util.find_spec("spacy") is not None
_PACKAGE = """
import spacy
from pathlib import Path

def load(**options):
    return spacy.load(Path(__file__).parent / "pipeline", **options)
"""


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    name_model._loaded.cache_clear()
    yield
    name_model._loaded.cache_clear()
    sys.modules.pop("xx_ent_wiki_sm", None)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_model, "installed", list)


def pipeline(*spans: tuple[int, int, str]) -> object:
    entities = [SimpleNamespace(start_char=start, end_char=end, label_=label) for start, end, label in spans]
    return lambda _text: SimpleNamespace(ents=entities)


def test_without_one_nothing_changes(nothing_installed: None) -> None:
    assert name_model.load_names() is None
    assert Detector().find("Caoimhe called") == []


def test_people_only_and_whole_words_only() -> None:
    text = "“Caoimhe” met Dublin, R2 and Bo."
    made = SpacyNames([pipeline((0, 9, "PERSON"), (14, 20, "GPE"), (22, 24, "PER"), (29, 32, "PER"))])
    assert Detector((), made).find(text) == [Finding(1, 8, Kind.NAME), Finding(29, 31, Kind.NAME)]


def test_each_where_its_language_is_spoken() -> None:
    def speaking(language: str) -> object:
        made = lambda _text: SimpleNamespace(  # noqa: E731
            ents=[SimpleNamespace(start_char=0, end_char=3, label_="PER")]
        )
        return SpacyNames(
            [type("Pipeline", (), {"lang": language, "__call__": lambda _s, text: made(text)})()]
        )

    for text in ("Die Katze ist auf dem Dach.", "Tür zu"):
        assert list(speaking("de").find(text))
    assert list(speaking("fr").find("Die Katze ist auf dem Dach.")) == []
    assert list(speaking("xx").find("Die Katze ist auf dem Dach."))
    assert list(speaking("en").find("王小明在北京工作")) == []
    assert list(speaking("fr").find("Bwt"))  # nothing tells, so each looks


def test_the_switch_is_kept(nothing_installed: None) -> None:
    database = Database.in_memory()
    training = Training(database)
    try:
        assert training.uses_name_model().result()
        training.set_uses_name_model(False).result()
        assert not training.uses_name_model().result()
    finally:
        database.close()


def test_a_broken_one_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "xx_ent_wiki_sm").mkdir()
    (tmp_path / "xx_ent_wiki_sm" / "__init__.py").write_text("raise OSError('secret words')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(name_model, "installed", lambda: ["xx_ent_wiki_sm"])
    with pytest.raises(EnvironmentFaultError) as told:
        name_model.load_names()
    assert "secret words" not in str(told.value)
    database = Database.in_memory()
    try:
        Training(database).set_uses_name_model(False).result()
        assert detector_of(database).find("Anna Schmidt") == [Finding(0, 12, Kind.NAME)]
    finally:
        database.close()


@pytest.mark.ner
@pytest.mark.skipif(not has_spacy, reason="spaCy is not installed")
@pytest.mark.filterwarnings("ignore")
def test_a_real_pipeline_finds_names_and_opens_no_socket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """spaCy's own, rule-built here and saved, installed as its packages are."""

    def refuse(*_given: object, **_named: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    with name_model._no_socket_tried():
        spacy = importlib.import_module("spacy")
    made = spacy.blank("xx")
    made.add_pipe("entity_ruler").add_patterns(
        [{"label": "PER", "pattern": "Caoimhe"}, {"label": "LOC", "pattern": "Dublin"}]
    )
    package = tmp_path / "xx_ent_wiki_sm"
    package.mkdir()
    (package / "__init__.py").write_text(_PACKAGE)
    made.to_disk(package / "pipeline")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    assert "xx_ent_wiki_sm" in name_model.installed()
    monkeypatch.setattr(name_model, "installed", lambda: ["xx_ent_wiki_sm"])
    database = Database.in_memory()
    try:
        found = detector_of(database).find("Yesterday Caoimhe flew to Dublin.")
        assert found == [Finding(10, 17, Kind.NAME)]
        Training(database).set_uses_name_model(False).result()
        assert detector_of(database).find("Yesterday Caoimhe flew to Dublin.") == []
    finally:
        database.close()
