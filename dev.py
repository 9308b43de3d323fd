#!/usr/bin/env python3
"""The tree's own commands; needs Python 3.11 or later and nothing else.

    python3 dev.py demo [--check] [--port N]   build the deck, start the service, print addresses
    python3 dev.py test [PYTEST ARGUMENT...]   checkers and all tests; with arguments, pytest only
    python3 dev.py lint                        the checkers only
    python3 dev.py bench [NAME...]             the ratios of bench/
    python3 dev.py mutants [MODULE...]         code broken on purpose, and what no test noticed
    python3 dev.py sweeps [NAME...]            what the tests try at random, tried whole
    python3 dev.py screenshots                 the demo's pages, cards and an exam, in docs/images/

The first run makes the virtual environment .venv and installs what requirements/ pins;
a later run sees by a stamp that nothing changed. uv is used where it is there.
"""

from __future__ import annotations  # so that an older Python gets as far as the message for it

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMP = VENV / "gradeck-stamp.json"
BUILD = ROOT / "build"
DECK_LOCK = BUILD / "deck.lock.json"  # the demo's own: nobody's deck was handed out
DECK = BUILD / "cnn.apkg"
REQUIREMENTS = ROOT / "requirements"
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
START_SECONDS = 90
STOP_SECONDS = 30
LOT = 60  # so many mutants are tried with every run of all the tests
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PICTURES = ROOT / "docs" / "images"


class StopError(Exception):
    """What went wrong and what to do, for the person at the keyboard; no traceback."""


def say(text: str) -> None:
    """Print one line, at once also into a pipe."""
    print(text, flush=True)


def environment() -> dict[str, str]:
    """This process's environment, with the virtual environment's commands first."""
    settings = {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "VIRTUAL_ENV": str(VENV)}
    return {**os.environ, **settings, "PIP_ROOT_USER_ACTION": "ignore"}


def run(command: Sequence[object], **settings: str) -> int:
    """Run a command in the tree with its output shown; its exit code."""
    return subprocess.call(
        [str(word) for word in command], cwd=ROOT, env={**environment(), **settings}
    )


def quietly(command: Sequence[object]) -> str:
    """Run a command with its output kept; "" where it succeeded, else the end of its output."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=ROOT,
            env={**environment(), "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except OSError as problem:
        return str(problem)
    if done.returncode == 0:
        return ""
    return "\n".join(done.stdout.strip().splitlines()[-8:]) or f"exit code {done.returncode}"


# ---------------------------------------------------------------- the virtual environment


def have_uv() -> bool:
    """Whether a uv that runs is on the path."""
    return shutil.which("uv") is not None and not quietly(["uv", "--version"])


def is_root() -> bool:
    """Whether Debian packages can be installed here."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> str:
    """Install Debian packages; "" where it worked, else why it did not."""
    if not is_root():
        return "this takes root and apt-get"
    say(f"installing Debian's {' and '.join(packages)}")
    updated = quietly(["apt-get", "update", "-q"])
    installed = quietly(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages])
    return installed and f"{updated}\n{installed}".strip()


def make_environment() -> None:
    """Make .venv, unless it is there and runs."""
    if PYTHON.exists() and not quietly([PYTHON, "-m", "pip", "--version"]):
        return
    say(f"making the virtual environment {VENV.name} with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    why = ""
    if importlib.util.find_spec("ensurepip") is None:
        if have_uv() and not (why := quietly(["uv", "venv", "-q", "--seed", "-p", sys.executable])):
            return
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if problem := apt_install(package):
            raise StopError(
                "this Python cannot make a virtual environment: its module `ensurepip` is missing. "
                f"Install uv, or as root `apt-get install {package}`, then run this again.\n"
                f"{why}\n{problem}".strip()
            )
    if why := quietly([sys.executable, "-m", "venv", VENV]):
        raise StopError(f"the virtual environment could not be made:\n{why}")


def pip_install(*arguments: object) -> None:
    """Install into .venv, with uv where it is there and works, else with pip."""
    if have_uv() and not quietly(["uv", "pip", "install", "-q", "-p", PYTHON, *arguments]):
        return
    if why := quietly([PYTHON, "-m", "pip", "install", "-q", "--no-input", *arguments]):
        raise StopError(
            f"could not install {' '.join(map(str, arguments))}:\n{why}\n"
            "The first run needs a package index; look at the network and pip's settings, "
            "then run this again."
        )


def install_file(name: str) -> None:
    """Install one pinned requirements file, every download checked against its hash.

    `--no-deps`: the file is complete, and pip below 23.3 would otherwise look for a newer
    release wherever a library asks for another with an extra, and then miss its hash.
    """
    pip_install("--require-hashes", "--no-deps", "-r", REQUIREMENTS / name)


def install_gradeck() -> None:
    """Put this tree itself, editable, and the command `gradeck` into .venv."""
    pip_install("--no-build-isolation", "--no-deps", "--no-index", "-e", ROOT)


def install_frameworks() -> None:
    """Install what the engine is compared with; outside CI only where PyTorch's wheel is at hand.

    `--no-index`: the wheel must be one that pip is told of here (find-links), since the index's
    own is a build for graphics cards with gigabytes of libraries.
    """
    torch = ["--no-index", "--no-deps", "-r", REQUIREMENTS / "torch.txt"]
    if why := quietly([PYTHON, "-m", "pip", "install", "-q", *torch]):
        if IN_CI:
            raise StopError(
                "CI compares the engine with PyTorch, and its CPU wheel was not found; "
                f"name its folder in PIP_FIND_LINKS:\n{why}"
            )
        say("  no CPU wheel of PyTorch is at hand: the comparison with it will be skipped")
        return
    install_file("compare.txt")


def fingerprint(files: Sequence[Path]) -> str:
    """The content of some files, and whether CI asks, as one short text."""
    content = b"\0".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + bytes([IN_CI])).hexdigest()


def prepare(*, tests: bool, benches: bool = False) -> None:
    """Make the virtual environment and install what changed since the last run."""
    make_environment()
    steps: list[tuple[str, list[Path], Callable[[], None]]] = [
        ("what the program needs", [REQUIREMENTS / "run.txt"], lambda: install_file("run.txt")),
        ("what builds it", [REQUIREMENTS / "build.txt"], lambda: install_file("build.txt")),
        ("gradeck itself", [ROOT / "pyproject.toml"], install_gradeck),
    ]
    if tests:
        breakers = [REQUIREMENTS / "mutants.txt"]
        frameworks = [REQUIREMENTS / "torch.txt", REQUIREMENTS / "compare.txt"]
        steps += [
            ("what the tests need", [REQUIREMENTS / "test.txt"], lambda: install_file("test.txt")),
            ("what breaks the code", breakers, lambda: install_file("mutants.txt")),
            ("the frameworks to compare with", frameworks, install_frameworks),
        ]
    if benches:
        counters = [REQUIREMENTS / "bench.txt"]
        steps += [("what the benches compare with", counters, lambda: install_file("bench.txt"))]
    stamps: dict[str, str] = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    for title, files, install in steps:
        now = fingerprint(files)
        if stamps.get(title) == now:
            continue
        started = time.monotonic()
        say(f"installing {title} ({', '.join(file.name for file in files)})")
        install()
        say(f"  done in {time.monotonic() - started:.0f} s")
        stamps[title] = now
        STAMP.write_text(json.dumps(stamps, indent=2))


def browser() -> str | None:
    """The Chromium on the path, if any."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def prepare_browser(*, required: bool) -> None:
    """Install Chromium and Chinese type from Debian where they are missing."""
    missing = [] if browser() else ["chromium"]
    if not shutil.which("fc-list") or quietly(["sh", "-c", "fc-list :lang=zh | grep -q ."]):
        missing += ["fontconfig", "fonts-noto-cjk"]
    if not missing or not (problem := apt_install(*missing)):
        return
    text = f"missing for the tests in a browser: {', '.join(missing)}\n{problem}"
    if required:
        raise StopError(text)
    say(f"{text}\nThe tests that need them will be skipped.")


# ---------------------------------------------------------------- checkers and tests

# What is tried at random: the setting, how many make a whole, and the tests that read it.
SWEEPS = {
    "answers": ("GRADECK_RANDOM_ANSWERS", 200_000, "cards/variants/test_random_answers.py"),
    "files": ("GRADECK_MUTATIONS", 3_000, "cards/checking/test_mutated_bank.py"),
    "lms": ("GRADECK_LMS_VARIANTS", 20, "cards/lms"),
}

CHECKERS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--quiet", "--check", "."],
    "mypy": ["mypy", "--no-error-summary"],
}


def check_style() -> list[str]:
    """Run every checker; the names of those that found something."""
    failed = []
    for title, command in CHECKERS.items():
        say(title)
        if run([BIN / command[0], *command[1:]]):
            failed.append(title)
    return failed


def test(arguments: Sequence[str]) -> int:
    """Run the checkers, then all tests; with arguments, pytest alone with these."""
    prepare(tests=True)
    prepare_browser(required=IN_CI)
    if arguments:
        return run([BIN / "pytest", *arguments])
    failed = check_style()
    say("pytest")
    # Two processes; a file's tests stay together, so that its servers start once.
    if run([BIN / "pytest", "-n", "2", "--dist", "loadfile"]):
        failed.append("pytest")
    say("a lot of mutants")
    if mutants(["--lot", str(LOT)]):
        failed.append("mutants")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def lint() -> int:
    """Run the checkers."""
    prepare(tests=True)
    return 1 if check_style() else 0


def mutants(arguments: Sequence[str]) -> int:
    """Break the code on purpose and tell which breakages no test noticed."""
    prepare(tests=True)
    return run([PYTHON, "-m", "tests.mutants.run", *arguments])


def sweeps(names: Sequence[str]) -> int:
    """Try whole what every run of the tests tries a little of; all of them, or those named."""
    if unknown := sorted(set(names) - set(SWEEPS)):
        raise StopError(f"no such sweep: {', '.join(unknown)}; there is {', '.join(SWEEPS)}")
    prepare(tests=True)
    failed = []
    for name in names or SWEEPS:
        setting, how_many, tests = SWEEPS[name]
        say(f"{name}: {setting}={how_many}")
        command = [BIN / "pytest", "-q", "-n", "2", ROOT / "tests" / tests]
        if run(command, **{setting: str(how_many)}):
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def bench(names: Sequence[str]) -> int:
    """Run the modules of bench/ that have a `main`, or those of these names."""
    files = sorted((ROOT / "bench").glob("*.py"))
    found = [file.stem for file in files if "\ndef main(" in file.read_text(encoding="utf-8")]
    if unknown := sorted(set(names) - set(found)):
        raise StopError(f"no such bench: {', '.join(unknown)}; there is {', '.join(found)}")
    prepare(tests=True, benches=True)
    codes = [run([PYTHON, "-m", f"bench.{name}"]) for name in names or found]
    return max(codes, default=0)


# ---------------------------------------------------------------- the demo


def build_deck() -> None:
    """Build the Anki package of the whole bank."""
    BUILD.mkdir(exist_ok=True)
    say(f"building the deck {DECK.relative_to(ROOT)}")
    DECK_LOCK.unlink(missing_ok=True)
    if run([BIN / "gradeck", "deck", "-o", DECK, "--lang", "both", "--lock", DECK_LOCK]):
        raise StopError("the deck could not be built; `gradeck check` says more about the bank")


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def ask(address: str, body: object = None, token: str = "", *, wait: int = 0) -> str:
    """What the service answers, as text; "" where it does not answer or refuses.

    With a body it is sent as JSON; `wait` asks for the verdict in the same answer.
    """
    headers = {"Content-Type": "application/json"} if body is not None else {}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Prefer": f"wait={wait}"} if wait else {}
    data = None if body is None else json.dumps(body).encode()
    wanted = urllib.request.Request(address, data, headers)  # noqa: S310 -- our own service
    try:
        with urllib.request.urlopen(wanted, timeout=wait + 10) as answer:  # noqa: S310 -- the same
            return str(answer.read().decode())
    except OSError:
        return ""


def serve_command(port: int, data: Path) -> list[str]:
    """The command line of the demo's service, which keeps its files in `data`."""
    command = [BIN / "gradeck", "serve", "--demo", "--port", port, "--data", data]
    return [str(word) for word in command]


@contextlib.contextmanager
def service() -> Iterator[str]:
    """The demo's service on a free port, for as long as the block runs; its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="gradeck-") as folder:
        command = serve_command(port, Path(folder))
        child = subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)
        try:
            deadline = time.monotonic() + START_SECONDS
            while not ask(f"{address}/readyz"):
                if child.poll() is not None:
                    raise StopError(f"`gradeck serve --demo` ended with code {child.returncode}")
                if time.monotonic() > deadline:
                    raise StopError(f"no answer from {address} within {START_SECONDS} s")
                time.sleep(0.2)
            yield address
        finally:
            stop(child)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ask a service to end, with everything that it started; after a while, make it end."""
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def check_grading(address: str) -> None:
    """Practise as a guest: take a question, hand in nonsense, and see that it is marked."""
    api = f"{address}/api/v1"
    token = json.loads(ask(f"{api}/guests", {}) or "{}").get("token", "")
    listed = json.loads(ask(f"{api}/questions?limit=100", token=token) or "{}").get("items", [])
    wanted = next((item["id"] for item in listed if item["kind"] == "numeric"), "")
    dealt = json.loads(ask(f"{api}/variants", {"question": wanted}, token) or "{}")
    given = {part["id"]: "many" for part in dealt.get("parts", [])}
    sheet = {"variant": dealt.get("id", ""), "answers": given}
    answer = json.loads(ask(f"{api}/submissions", sheet, token, wait=20) or "{}")
    outcomes = [part["outcome"] for part in (answer.get("verdict") or {}).get("parts", [])]
    if not outcomes or set(outcomes) != {"unreadable"}:
        raise StopError(f"{wanted or 'no question'}: unreadable answers came back as {answer}")
    say(f"  {wanted}: {len(outcomes)} answers handed in, read and marked")


def demo(*, check: bool, port: int) -> int:
    """Build the deck and run the service; with --check, look at it and stop it."""
    prepare(tests=False)
    build_deck()
    if not check:
        say("starting the service; Ctrl-C ends it")
        # In this process's place, so that a signal reaches the service itself.
        os.execve(BIN / "gradeck", serve_command(port, BUILD / "demo"), environment())  # noqa: S606 -- no shell is meant
    with zipfile.ZipFile(DECK) as package:
        if not {"collection.anki2", "media"} <= set(package.namelist()):
            raise StopError(f"{DECK} is no Anki package: it holds {package.namelist()}")
    with service() as address:
        if not ask(f"{address}/"):
            raise StopError(f"{address}/ did not answer with 200")
        say("  the start page answers")
        check_grading(address)
    say("the demo works: the deck is built; the service started, marked and stopped")
    return 0


def screenshots() -> int:
    """Take pictures of the demo's pages, the deck's cards and an exam, in docs/images/."""
    prepare(tests=True)
    prepare_browser(required=True)
    with service() as address:
        pages = [PYTHON, "-m", "tests.service.world.screenshots", PICTURES, address]
        cards = [PYTHON, "-m", "tests.cards.deck.screenshots", PICTURES]
        exams = [PYTHON, "-m", "tests.cards.exam.screenshots", PICTURES]
        if why := quietly(pages) or quietly(cards) or quietly(exams):
            raise StopError(f"Chromium took no pictures:\n{why}")
    for picture in sorted(PICTURES.glob("*.png")):
        say(f"  {picture.relative_to(ROOT)}")
    return 0


COMMANDS = (demo, test, lint, bench, mutants, sweeps, screenshots)


def parser() -> argparse.ArgumentParser:
    """The commands and their arguments."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = reader.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for function in COMMANDS:
        says = (function.__doc__ or "").partition("\n")[0]
        command = commands.add_parser(function.__name__, description=says)
        if function is demo:
            command.add_argument(
                "--check", action="store_true", help="look at the service, then stop it"
            )
            command.add_argument(
                "--port", type=int, default=8000, help="where it listens (default: 8000)"
            )
        if function in {bench, sweeps}:
            command.add_argument("names", nargs="*", metavar="NAME", help="only these; else all")
    return reader


def main() -> int:
    """Run the command that was named; its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- dev.py runs under whatever python3 is
        raise StopError(f"Gradeck needs Python 3.11 or later; this is {sys.version.split()[0]}")
    given, rest = parser().parse_known_args()
    if rest and given.command not in {"test", "mutants"}:
        parser().error(f"unknown arguments: {' '.join(rest)}")
    commands: dict[str, Callable[[], int]] = {
        "demo": lambda: demo(check=given.check, port=given.port),
        "test": lambda: test(rest),
        "lint": lint,
        "bench": lambda: bench(given.names),
        "mutants": lambda: mutants(rest),
        "sweeps": lambda: sweeps(given.names),
        "screenshots": screenshots,
    }
    return commands[given.command]()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StopError as problem:
        sys.exit(f"dev.py: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
