# SPDX-License-Identifier: GPL-3.0-or-later
"""The optional name model: spaCy with a pipeline somebody installed. Never downloaded; loaded when needed."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from desktop.domain.errors import EnvironmentFaultError
from desktop.i18n import _

if TYPE_CHECKING:
    from desktop.personal_data.ner import NameModel

# The packages spaCy's authors publish that name people, small ones first.
_LANGUAGES = ("xx_ent_wiki", *(f"{language}_core_news" for language in ("de", "fr", "es")))
PIPELINES = tuple(
    f"{name}_{size}" for size in ("sm", "md", "lg") for name in ("en_core_web", "zh_core_web", *_LANGUAGES)
)
_UNNEEDED = ["parser", "lemmatizer", "attribute_ruler", "tagger", "morphologizer", "senter"]
_loading = threading.Lock()


def installed() -> list[str]:
    """The pipelines there are, without importing any."""
    if importlib.util.find_spec("spacy") is None:
        return []
    return [name for name in PIPELINES if importlib.util.find_spec(name) is not None]


def load_names() -> NameModel | None:
    """The installed pipelines as one name model, loaded once, which takes seconds; None where there is none.

    Raises:
        EnvironmentFaultError: one is there and cannot be loaded.
    """
    names = tuple(installed())
    if not names:
        return None
    with _loading:
        return _loaded(names)


@functools.cache
def _loaded(names: tuple[str, ...]) -> NameModel:
    from desktop.personal_data.ner import SpacyNames

    try:
        with _no_socket_tried():
            return SpacyNames([importlib.import_module(name).load(exclude=_UNNEEDED) for name in names])
    except Exception:  # it is a stranger's package: whatever it raises, the person is told what to do
        raise EnvironmentFaultError(
            _(
                "The installed name model cannot be loaded. Nothing was exported; switch it off in the "
                "settings under Training, or install it again."
            )
        ) from None


@contextmanager
def _no_socket_tried() -> Iterator[None]:
    """What spaCy imports would open an IPv6 socket only to see whether it can; we make none at all."""
    before = socket.has_ipv6
    socket.has_ipv6 = False
    try:
        yield
    finally:
        socket.has_ipv6 = before
