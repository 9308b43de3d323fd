"""The marking process: what harms it fails alone, and what it says reaches whom it is about."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.queue.drain import drain
from service.queue.marker import READ, Marker, MarkerError, MarkerRules
from service.queue.work import Failed, Marked, MarkingResult, SourceWanted, Work
from service.store.engine import Store
from tests.service.world.rows import mistaken, put, put_class, row, statuses, verdict_counts

RULES = MarkerRules("tests.service.world.sums:open_sums", seconds=2, memory_mib=256)
SILENT = "the marking process gave nothing in 2 s"
FOREIGN = "the marking process answered what nobody asked"
GARBLED = "the marking process answered with what is no outcome"


@pytest.fixture
def marker() -> Iterator[Marker]:
    """A marker of sums."""
    marker = Marker(RULES)
    yield marker
    marker.close()


@pytest.fixture
def patient() -> Iterator[Marker]:
    """A marker of sums that waits long, where nothing is to be given up."""
    marker = Marker(replace(RULES, seconds=60))
    yield marker
    marker.close()


def _work(text: str) -> Work:
    return Work("sums/one", "hash", "seed", {"sum": text})


def _about(outcomes: list[MarkingResult]) -> list[str]:
    """The answers that the verdicts are about; reasons where there is none."""
    return [
        outcome.verdict["parts"][0]["raw"] if isinstance(outcome, Marked) else str(outcome)
        for outcome in outcomes
    ]


def _child() -> int:
    """The number of the marking process that was started last."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    ours = [int(number) for task in tasks for number in task.read_text().split()]
    markers = (one for one in ours if "marker_child" in Path(f"/proc/{one}/cmdline").read_text())
    # By the time of its start: numbers begin anew once the highest was given.
    return max(markers, key=lambda one: int(Path(f"/proc/{one}/stat").read_text().split()[21]))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exit", "the marking process died"),
        ("loop", SILENT),
        ("freeze", SILENT),
        # Something comes all the time, and never a whole line.
        ("trickle", SILENT),
        ("memory", "marking raised MemoryError"),
        ("raise", "marking raised ValueError"),
        # The second of three works has the number 1.
        ('say [999, "marked", {"parts": []}]', FOREIGN),
        ('say [2, "marked", {"parts": []}]', FOREIGN),
        ('say [0, "marked", {"parts": []}]', FOREIGN),
        ('say [1, "graded", {"parts": []}]', GARBLED),
        ('say [1, "marked", 2]', GARBLED),
        ("say well done!", GARBLED),
        ("say {}", GARBLED),
    ],
)
def test_harm_stays_with_the_one_that_does_it(marker: Marker, text: str, reason: str) -> None:
    """Whatever a submission does to the marking process, its neighbours get their verdicts."""
    outcomes = marker([_work("1"), _work(text), _work("2")])

    assert ["1", str(Failed(reason)), "2"] == _about(outcomes)
    assert ["3", "4"] == _about(marker([_work("3"), _work("4")]))


def test_a_second_answer_is_nobodys(marker: Marker) -> None:
    """After an answer that came twice the next one fails, and nobody gets another's verdict."""
    twice = 'say [1, "marked", {"parts": [{"raw": "forged"}]}]'
    outcomes = marker([_work("1"), _work(twice), _work("2"), _work("3")])
    last = 'say [5, "marked", {"parts": [{"raw": "forged"}]}]'

    assert ["1", "forged", str(Failed(FOREIGN)), "3"] == _about(outcomes)
    assert ["forged"] == _about(marker([_work(last)]))
    assert [str(Failed(FOREIGN)), "5"] == _about(marker([_work("4"), _work("5")]))


def test_lines_that_come_in_one_piece_are_read_one_by_one(patient: Marker) -> None:
    """What was written together is as many outcomes as it has lines, in their order."""
    lines = [f'[{number}, "marked", {{"parts": [{{"raw": "{number}"}}]}}]' for number in range(3)]
    works = [_work("say " + "\n".join(lines)), _work("7"), _work("8")]

    assert ["0", "1", "2"] == _about(patient(works))


def test_a_line_that_comes_in_pieces_is_read_whole(patient: Marker) -> None:
    """A verdict that is longer than what is read at once reaches whom it is about."""
    long = "1" * (3 * READ)

    assert [long, "2"] == _about(patient([_work(long), _work("2")]))


def test_a_source_that_is_wanted_is_asked_for() -> None:
    """A process that doesn't know the version says so, and marks the work that brings it."""
    marker = Marker(MarkerRules("tests.service.world.sums:open_forgetful"))
    known = replace(_work("1"), source="{}")
    outcomes = marker([_work("1"), known])
    marker.close()

    assert SourceWanted() == outcomes[0]
    assert ["1"] == _about(outcomes[1:])


def test_a_process_that_reads_nothing_is_given_up(marker: Marker) -> None:
    """Works that don't fit into the pipe of a frozen process wait no longer than others."""
    marker([_work("1")])
    os.kill(_child(), signal.SIGSTOP)
    large = _work("2" * 4_000_000)

    assert [str(Failed(SILENT)), "3"] == _about(marker([large, _work("3")]))


def test_the_process_has_no_input_but_its_works(marker: Marker) -> None:
    """What is typed at the service's terminal is never read by the marking process."""
    before, (terminal, typing) = os.dup(0), os.pipe()
    os.dup2(terminal, 0)
    try:
        marker([_work("1")])
        assert Path(os.devnull) == Path(f"/proc/{_child()}/fd/0").readlink()
    finally:
        os.dup2(before, 0)
        for one in (before, terminal, typing):
            os.close(one)


def test_a_process_that_died_meanwhile_is_replaced(marker: Marker) -> None:
    """A process killed between two lists costs nobody anything."""
    marker([_work("1")])
    child = _child()
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)

    assert ["2", "3"] == _about(marker([_work("2"), _work("3")]))


def test_a_list_left_in_the_middle_ends_the_process(
    marker: Marker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops reading halfway leaves no line behind for whoever asks next."""
    marker([_work("1")])
    first = _child()
    works = [_work("2"), _work("3")]
    with monkeypatch.context() as broken:
        broken.setattr("service.queue.marker.Marked", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            marker(works)

    assert not Path(f"/proc/{first}").exists()
    assert ["4", "5"] == _about(marker([_work("4"), _work("5")]))


def _interrupt(_: object) -> None:
    """Ctrl-C at the worst moment: an outcome was read, another one was not."""
    raise KeyboardInterrupt


def test_a_process_that_does_not_start_is_no_submissions_fault() -> None:
    """What cannot be opened is told of as such, and no work fails by it."""
    marker = Marker(MarkerRules("tests.service.world.sums:missing"))

    with pytest.raises(MarkerError, match="does not start: the marking process died"):
        marker([_work("1")])


def test_poison_in_the_queue_is_put_aside(store: Store, marker: Marker) -> None:
    """A submission that kills its marker ends in error; all others are graded once."""
    before, (poison,), after = put_class(store, 5), put(store, 1, {"sum": "exit"}), put(store, 5)

    drain(store, marker)

    assert {"graded": 10, "error": 1} == statuses(store)
    assert "the marking process died" == row(store, poison).error
    assert all(1 == row(store, name).claims for name in (*before, *after))
    assert {0, 1} == verdict_counts(store)
    assert [] == mistaken(store)
