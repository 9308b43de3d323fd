"""The real Anki desktop on a screen of its own: keys by xdotool, the rest by an add-on.

    with desktop(folder) as anki:
        anki.take(package)
        anki.keys("s")                                  # study
        anki.until(SIDE, "question")
        anki.python("return mw.reviewer.card.note().fields[0]")

Nothing waits for a while: `until` waits for a condition, and says what held instead.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import IO, Any, Final

PROGRAMS: Final = ("Xvfb", "openbox", "xdotool", "xdpyinfo")
PATIENCE: Final = 60.0
FLAGS: Final = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
_AGENT: Final = Path(__file__).with_name("agent")
_REVIEWER: Final = "mw.reviewer.web"
_SIDE: Final = "return mw.state == 'review' and mw.reviewer.state"
# Anki asks for its language at the first start; a profile that is there is taken without a word.
_PROFILE: Final = """
import sys, pathlib, aqt
from aqt.profiles import ProfileManager
profiles = ProfileManager(pathlib.Path(sys.argv[1]))
profiles.setupMeta()
profiles.meta |= {"firstRun": False, "defaultLang": sys.argv[2], "check_for_updates": False}
profiles.create("tester")
profiles.load("tester")
profiles.save()
"""


@dataclass
class Desktop:
    """A running Anki, its profile's folder and its screen."""

    folder: Path
    display: str
    process: subprocess.Popen[bytes]
    connection: Connection

    def python(self, code: str) -> Any:  # noqa: ANN401 -- as JSON is
        """What a function with this body returns in Anki's main thread; `mw` is at hand."""
        return self._ask("python", code)

    def page(self, code: str, view: str = _REVIEWER) -> Any:  # noqa: ANN401 -- as JSON is
        """What this JavaScript gives on the reviewer's page, or another; None while it loads."""
        return self._ask(view, code)

    def _ask(self, where: str, code: str) -> Any:  # noqa: ANN401 -- as JSON is
        self.connection.send((where, code))
        if not self.connection.poll(PATIENCE):
            message = f"Anki gave no answer in {PATIENCE:g} s to {code!r}"
            raise TimeoutError(message)
        result, error = self.connection.recv()
        if error:
            message = f"{code!r}: {error}"
            raise RuntimeError(message)
        return result

    def until(
        self, code: str, expected: object = True, *, page: bool = False, view: str = ""
    ) -> None:
        """Wait until this Python (or JavaScript of a page) gives what is expected."""
        where = view or (_REVIEWER if page else "python")
        end = time.monotonic() + PATIENCE
        while (found := self._ask(where, code)) != expected:
            if time.monotonic() > end:
                message = f"expected {expected!r} of {code!r}, got {found!r}"
                raise AssertionError(message)
            time.sleep(0.05)

    def side(self, name: str) -> None:
        """Wait until the reviewer shows that side, drawn whole: "question" or "answer"."""
        self.until(_SIDE, name)
        shown = {"question": "front", "answer": "back"}[name]
        key = self.python("return mw.reviewer.card.note().fields[0]")
        drawn = (
            "(() => { const told = window.gradeckCard; "
            f"return told !== undefined && told.side === '{shown}' && told.key; }})()"
        )
        self.until(drawn, key, page=True)

    def take(self, package: Path) -> None:
        """Import a package with the dialog as it opens, by its button."""
        step = self.python("return mw.col.undo_status().last_step")
        self.python(
            "from aqt.import_export.importing import import_file\n"
            f"import_file(mw, {str(package)!r})"
        )
        dialog = (
            "next((w for w in mw.app.topLevelWidgets() if type(w).__name__ == 'ImportDialog')).web"
        )
        button = "document.querySelector('button.btn-primary, button.primary')"
        self.until(f"return {dialog} is not None")
        self.until(f"{button} !== null", view=dialog)
        self.page(f"{button}.click()", dialog)
        # The window stays in front, with what was imported.
        self.until(f"return mw.col.undo_status().last_step > {step}")
        self.python(f"({dialog}).window().close()")
        self.until("return mw.isActiveWindow()")

    def page_of_decks(self) -> None:
        """Wait until the list of decks is drawn, which otherwise is drawn over what comes next."""
        self.until("document.querySelector('tr.deck') !== null", view=_REVIEWER)

    def keys(self, *names: str) -> None:
        """Press keys, as xdotool calls them."""
        self._xdotool("key", "--clearmodifiers", "--delay", "40", *names)

    def type(self, text: str) -> None:
        """Type a text."""
        self._xdotool("type", "--clearmodifiers", "--delay", "25", "--", text)

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(
            [_program("xdotool"), *arguments],
            check=True,
            env=_environment(self.display),
            timeout=PATIENCE,
        )

    def picture(self, path: Path) -> None:
        """Save what the screen shows, for a person to look at."""
        self.python(f"mw.app.primaryScreen().grabWindow(0).save({str(path)!r})")


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found is not None, name
    return found


def missing_programs() -> list[str]:
    """The programs and libraries without which there is no desktop here."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    missing += [] if importlib.util.find_spec("aqt") else ["aqt"]
    return missing


@contextmanager
def desktop(
    folder: Path, *, language: str = "en", python: str = sys.executable
) -> Iterator[Desktop]:
    """A fresh Anki on a screen of its own; both are gone afterwards."""
    with ExitStack() as stack:
        display = stack.enter_context(_screen())
        home = folder / "anki"
        addons = home / "addons21"
        addons.mkdir(parents=True)
        shutil.copytree(_AGENT, addons / "gradeck_test_agent")
        environment = _environment(display) | _qt(folder)
        offscreen = environment | {"QT_QPA_PLATFORM": "offscreen"}
        made = [python, "-c", _PROFILE, str(home), language]
        subprocess.run(made, check=True, env=offscreen, timeout=PATIENCE, capture_output=True)
        environment["GRADECK_AGENT"] = str(folder / "agent.socket")
        command = [python, "-c", "import aqt; aqt.run()", "-b", str(home), "-p", "tester"]
        log = stack.enter_context((folder / "anki.log").open("wb"))
        process = stack.enter_context(_running(command, environment, log))
        connection = stack.enter_context(_connected(folder / "agent.socket", process))
        anki = Desktop(home / "tester", display, process, connection)
        anki.until("return mw.col is not None and mw.state == 'deckBrowser'")
        yield anki
        # Closed as a user would, so that the collection is whole.
        anki.python("aqt.qt.QTimer.singleShot(0, mw.close)")
        process.wait(PATIENCE)


@contextmanager
def _screen() -> Iterator[str]:
    """A virtual screen with a window manager; a free number is the server's to find."""
    reading, writing = os.pipe()
    command = [
        _program("Xvfb"),
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1100x900x24",
        "-nolisten",
        "tcp",
    ]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, pass_fds=[writing], stdout=nowhere, stderr=nowhere) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                display = f":{told.readline().strip()}"
            environment = _environment(display)
            manages = [_program("openbox")]
            with subprocess.Popen(
                manages, env=environment, stdout=nowhere, stderr=nowhere
            ) as manager:
                try:
                    yield display
                finally:
                    manager.terminate()
        finally:
            server.terminate()


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], log: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def _connected(socket: Path, process: subprocess.Popen[bytes]) -> Iterator[Connection]:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection = Client(str(socket))
            break
        except (FileNotFoundError, ConnectionRefusedError):
            if process.poll() is not None or time.monotonic() > end:
                log = socket.with_name("anki.log").read_text(errors="replace")
                message = f"Anki did not start:\n{log[-2000:]}"
                raise RuntimeError(message) from None
            time.sleep(0.1)
    with connection:
        yield connection


def _environment(display: str) -> dict[str, str]:
    return {**os.environ, "DISPLAY": display}


def _qt(folder: Path) -> dict[str, str]:
    """What Qt needs to run as root, without a graphics card, apart from everybody else."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    return {
        "XDG_RUNTIME_DIR": str(runtime),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "QT_QPA_PLATFORM": "xcb",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "QTWEBENGINE_CHROMIUM_FLAGS": FLAGS,
        "QT_LOGGING_RULES": "*=false",
    }
