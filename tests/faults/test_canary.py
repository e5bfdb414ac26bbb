# SPDX-License-Identifier: GPL-3.0-or-later
"""Random words are said, titled, searched, streamed and crashed on; then the disk is searched for them."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from harness.program import ROOT, Program, plain_environment
from harness.sweep import hits_in, sweep

from desktop.paths import Profile
from desktop.storage.vault import open_vault

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="XDG folders, core dumps, /proc"),
]

REPLY_PIECE = 24  # characters; a passage of a reply this long is nowhere by chance
CORE_FILES_ALLOWED = (
    *("sh", "-c"),
    '{ ulimit -c unlimited || ulimit -S -c "$(ulimit -H -c)"; } 2>/dev/null; exec "$@"',
    "sh",
)
PERSON = ROOT / "tests" / "faults" / "harness" / "person_at_window.py"
PLACES_FOR_ALL = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))


@dataclass
class Home:
    """A person's fresh folders, each of which a program could write to."""

    folder: Path
    words: list[str | bytes] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begun = time.time()
        self.work = self.folder / "work"
        self.passphrase_file = self.folder.parent / "passphrase"
        self.profile = Profile(self.folder / "data" / "inglenook")
        self.variables = {"HOME": self.folder, "TMPDIR": self.folder / "tmp"}
        for name in ("DATA", "CONFIG", "CACHE", "STATE"):
            self.variables[f"XDG_{name}_HOME"] = self.folder / name.lower()
        self.variables["XDG_RUNTIME_DIR"] = self.folder / "runtime"
        for path in (self.work, *self.variables.values()):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)

    def word(self) -> str:
        """A new random word that must never be found."""
        word = "quill" + secrets.token_hex(8)
        self.words.append(word)
        return word

    def run(self, *arguments: str) -> Program:
        """Start the program where a core file could be written, were it not forbidden."""
        return Program(
            self.profile,
            self.passphrase_file,
            "--verbose",
            *arguments,
            environment=plain_environment(**{name: str(path) for name, path in self.variables.items()}),
            cwd=self.work,
            wrapper=CORE_FILES_ALLOWED,
        )

    def finished(self, *arguments: str, stdin: str = "") -> str:
        """Run to the end; standard output. What it said on standard error is looked through, too."""
        program = self.run(*arguments)
        program.send(*([stdin] if stdin else []), last=True)
        assert program.end() == 0, program.errors
        self.hear(program)
        return program.output

    def hear(self, program: Program) -> None:
        assert hits_in(program.errors.encode(), self.words) == set()
        program.close()

    def expect_nothing_of(self, reply: str) -> None:
        """Passages of a reply must not be found either."""
        pieces = [reply[at : at + REPLY_PIECE] for at in range(0, len(reply), REPLY_PIECE)]
        self.words += [piece for piece in pieces if len(piece) == REPLY_PIECE and piece.isprintable()]

    def leaks(self) -> list[str]:
        everywhere = [path for path in PLACES_FOR_ALL if path.is_dir()]
        return sweep([self.folder], self.words) + sweep([*everywhere, ROOT], self.words, since=self.begun)

    def core_files(self) -> list[Path]:
        found = [*self.work.iterdir(), *ROOT.glob("core*")]
        return [path for path in found if path.is_file() and path.stat().st_mtime >= self.begun]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def child_of(program: Program, name: str) -> psutil.Process:
    [child] = [c for c in psutil.Process(program.pid).children() if c.cmdline()[-1:] == [name]]
    return child


def test_what_was_said_is_nowhere_in_plain_form(home: Home) -> None:
    passphrase = f"{home.word()} {home.word()}"
    home.passphrase_file.write_text(passphrase + "\n", encoding="utf-8")
    home.finished("init")

    asked, system, title, sought = (home.word() for _ in range(4))
    reply = home.finished(
        "ask", "--max-tokens", "40", "--system", f"You like the word {system}.", "-",
        stdin=f"{asked} is a word. Repeat it: {asked}",
    )  # fmt: skip
    home.expect_nothing_of(reply)
    chat_id = home.finished("chats").split()[0]
    home.finished("rename", chat_id, title)
    assert title in home.finished("chats")
    assert asked in home.finished("show", chat_id)
    assert asked in home.finished("search", asked)
    home.finished("search", sought)

    secret = home.word()
    home.expect_nothing_of(
        home.finished("ask", "--temporary", "--max-tokens", "20", "-", stdin=f"What is {secret}?")
    )

    # Killed while it streams, killed by its own fault, and with an engine that aborts.
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT):
        program = home.run("chat")
        program.send(f"Write a long story about {home.word()}.")
        program.wait_for_text()
        assert _core_limit(program.pid) == "0"
        engine = child_of(program, "engine")
        assert _core_limit(engine.pid) == "0"
        time.sleep(0.5)
        if number is signal.SIGABRT:
            engine.send_signal(number)
            program.end()
            assert "stopped unexpectedly" in program.errors
        else:
            program.process.send_signal(number)
            assert program.process.wait(20) == -number
        home.hear(program)
        home.expect_nothing_of(program.output)
        assert home.profile.vault.with_name("vault.db-wal").exists() is (number is not signal.SIGABRT)

    vault = open_vault(home.profile, passphrase)
    home.words.append(vault.key)
    vault.close()
    home.passphrase_file.unlink()
    assert len(home.words) > 12
    assert home.leaks() == []
    assert home.core_files() == []


@pytest.mark.parametrize("kill", [False, True], ids=["discarded", "killed"])
def test_what_was_said_in_a_temporary_chat_is_nowhere_at_all(home: Home, kill: bool) -> None:
    passphrase = f"{home.word()} {home.word()}"
    home.passphrase_file.write_text(passphrase + "\n", encoding="utf-8")
    home.finished("init")
    order = {
        "profile": str(home.profile.folder),
        "passphrase": passphrase,
        "outside": f"What is {home.word()}?",
        "inside": f"Write a story about {home.word()}.",
        "draft": f"And about {home.word()}?",
        "kill": kill,
    }
    done = subprocess.run(
        [*CORE_FILES_ALLOWED, sys.executable, str(PERSON)],
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=home.work,
        env={
            **plain_environment(**{name: str(path) for name, path in home.variables.items()}),
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
        },
    )
    assert done.returncode == (-signal.SIGKILL if kill else 0), done.stderr
    assert hits_in(done.stderr.encode(), home.words) == set()
    assert done.stdout.strip()
    home.expect_nothing_of(done.stdout)
    home.passphrase_file.unlink()
    assert home.leaks() == []
    assert home.core_files() == []
    vault = open_vault(home.profile, passphrase)  # nor is it in there, for whoever has the passphrase
    for table in ("message", "draft", "setting"):
        count = f"SELECT count(*) FROM {table}"
        rows = vault.database.read(lambda c, count=count: c.execute(count).fetchone()).result()
        assert rows == (0,), table
    vault.close()


def _core_limit(pid: int) -> str:
    [line] = [x for x in Path(f"/proc/{pid}/limits").read_text().splitlines() if x.startswith("Max core")]
    soft, hard = line.split()[4:6]
    assert soft == hard
    return soft


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_the_sweep_finds_what_is_there(tmp_path: Path, encoding: str, shift: int) -> None:
    word = "quill" + secrets.token_hex(8)
    raw = word.encode(encoding)
    sample = {
        "plain": b"x" * 5_000_000 + raw + b"y",
        "across": b"x" * ((4 << 20) - 7) + raw,
        "hex": raw.hex().encode(),
        "base64": base64.b64encode(os.urandom(shift) + raw + os.urandom(7)),
    }
    for name, data in sample.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / f"{word}.txt").touch()
    (tmp_path / "clean").write_bytes(os.urandom(100_000))
    assert len(sweep([tmp_path], [word])) == len(sample) + 1
    assert sweep([tmp_path], ["quill" + secrets.token_hex(8)]) == []
