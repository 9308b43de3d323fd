"""The marker: marking in a child process, with a deadline and a memory limit.

What exits, loops or eats memory takes the child along, never the web server or a worker, and
costs only the submission that did it. On two cores the child also marks while the server
answers. Messages are JSON lines; nothing is pickled.
"""

import json
import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from service.queue.work import Failed, Marked, Outcome, SourceWanted, Work

READ = 1 << 16
START_SECONDS = 60.0


class MarkerGoneError(Exception):
    """The child died or ran out of time; the text says which."""


@dataclass(frozen=True, slots=True)
class MarkerRules:
    """What the child runs, and what it may use."""

    opens: str = "service.queue.grader:open_grader"
    argument: str = ""
    seconds: float = 10
    memory_mib: int = 1024


class Marker:
    """A Mark that hands its work to one child process, started when first needed."""

    def __init__(self, rules: MarkerRules) -> None:
        """Nothing is started yet."""
        self._rules = rules
        self._child: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._lock = threading.Lock()

    def __call__(self, works: Sequence[Work]) -> Iterator[Outcome]:
        """Outcomes in order; a submission that kills the child fails alone."""
        with self._lock:
            done = 0
            try:
                for outcome in self._ask(works):
                    yield outcome
                    done += 1
            except MarkerGoneError as error:
                if len(works) == 1:
                    yield Failed(str(error))
                    return
                # Which one it was is not known: the rest goes one at a time.
                for work in works[done:]:
                    yield self._ask_one(work)

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _ask_one(self, work: Work) -> Outcome:
        try:
            return next(self._ask([work]))
        except MarkerGoneError as error:
            return Failed(str(error))

    def _ask(self, works: Sequence[Work]) -> Iterator[Outcome]:
        child = self._started()
        message = json.dumps([_as_json(work) for work in works]).encode() + b"\n"
        try:
            child.stdin.write(message)  # type: ignore[union-attr]  # it was opened with a pipe
            child.stdin.flush()  # type: ignore[union-attr]  # it was opened with a pipe
        except OSError as error:
            self.close()
            raise MarkerGoneError("the marking process died") from error
        for _ in works:
            yield _outcome(json.loads(self._line(child, self._rules.seconds)))

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            rules = self._rules
            self._rest = b""
            self._child = subprocess.Popen(  # noqa: S603 - our own module, named in the settings
                [sys.executable, "-m", "service.queue.marker_child",
                 rules.opens, rules.argument, str(rules.memory_mib), str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )  # fmt: skip
            self._line(self._child, START_SECONDS)
        return self._child

    def _line(self, child: subprocess.Popen[bytes], seconds: float) -> bytes:
        while b"\n" not in self._rest:
            with selectors.DefaultSelector() as selector:
                stdout = child.stdout
                if stdout is None:
                    message = "the marking process has no output"
                    raise MarkerGoneError(message)
                selector.register(stdout, selectors.EVENT_READ)
                ready = selector.select(seconds)
                chunk = os.read(stdout.fileno(), READ) if ready else b""
            if not chunk:
                self.close()
                reason = "died" if ready else f"gave nothing in {seconds:g} s"
                message = f"the marking process {reason}"
                raise MarkerGoneError(message)
            self._rest += chunk
        line, self._rest = self._rest.split(b"\n", 1)
        return line


def _as_json(work: Work) -> dict[str, Any]:
    return asdict(work)


def _outcome(message: dict[str, Any]) -> Outcome:
    if "verdict" in message:
        return Marked(message["verdict"])
    if "failed" in message:
        return Failed(message["failed"])
    return SourceWanted()
