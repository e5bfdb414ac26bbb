# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing a person wrote reaches a log, whichever way an exception takes."""

from __future__ import annotations

import enum
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import logs

ROOT = Path(__file__).resolve().parent.parent
CANARY = "canary-8c1f"

WAYS = {
    "uncaught": "fail()",
    "chained": """
try: fail()
except ValueError as error: raise RuntimeError(f'while {error}') from error""",
    "thread": "t = threading.Thread(target=fail, name=secret); t.start(); t.join()",
    "unraisable": """
class Held:
    def __del__(self): fail()
held = Held(); del held; gc.collect()""",
    "library": "logging.getLogger('library').error(secret); logging.getLogger('library').exception(secret)",
    "reported": """
try: fail()
except ValueError as error: logs.report_bug(error)""",
    "formatting": "logging.getLogger('inglenook').error('%d', secret)",
}
SCRIPT = """
import gc, logging, sys, threading
from pathlib import Path
from desktop import logs
folder = Path(sys.argv[1]) if sys.argv[1] else None
logs.install(folder, verbose=sys.argv[2] == "verbose")
secret = "canary" + "-8c1f"
def fail():
    inner = secret
    raise ValueError(f"cannot read {inner}", inner)
"""


def run(way: str, folder: Path | None, verbosity: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT + WAYS[way], str(folder or ""), verbosity],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return finished.stdout + finished.stderr


@pytest.mark.parametrize("way", WAYS)
def test_no_way_shows_the_canary(way: str, tmp_path: Path) -> None:
    shown = run(way, tmp_path, "verbose")
    written = (tmp_path / logs.LOG_FILE).read_text(encoding="utf-8")
    assert CANARY not in shown + written
    if way in ("uncaught", "chained", "thread", "unraisable", "reported"):
        assert "builtins.ValueError" in shown
        assert "in fail" in written


def test_without_being_asked_nothing_is_written(tmp_path: Path) -> None:
    assert run("uncaught", None, "") == ""
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_private(tmp_path: Path) -> None:
    run("reported", tmp_path, "")
    file = tmp_path / logs.LOG_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


class Colour(enum.StrEnum):
    RED = "words of a person"


def test_events_take_numbers_and_enums_only(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TypeError) as caught:
        logs.log_event("loaded", path=CANARY)  # type: ignore[arg-type]
    assert CANARY not in str(caught.value)
    logs.log_event("loaded", seconds=0.25, tokens=3, warm=True, colour=Colour.RED)


def test_an_event_reads_well(tmp_path: Path) -> None:
    code = SCRIPT + "logs.log_event('loaded', seconds=0.25, tokens=3, warm=True)"
    finished = subprocess.run(
        [sys.executable, "-c", code, "", "verbose"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"[-\d]+ [\d:,]+ INFO loaded seconds=0.25 tokens=3 warm=True\n", finished.stderr)


def test_a_description_names_causes_and_our_places_without_folders() -> None:
    from desktop.sandbox.frames import FrameError, FrameReader

    class Broken:
        def read(self, size: int) -> bytes:
            raise KeyError(CANARY)

    try:
        try:
            FrameReader(Broken(), int).receive()
        except KeyError as error:
            raise FrameError(CANARY) from error
    except FrameError as error:
        lines = list(logs.describe(error))
    assert lines[0] == "builtins.KeyError"
    assert any(
        re.fullmatch(r"  desktop/sandbox/frames\.py:\d+ in FrameReader\._read", line) for line in lines
    )
    assert any(line == "desktop.sandbox.frames.FrameError" for line in lines)
    assert str(Path.home()) not in "\n".join(lines)
    assert str(ROOT) not in "\n".join(lines)
    assert CANARY not in "\n".join(lines)
