"""Scans of an exam's sheets: what is put aside, what is refused, doubts that a person settles."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest

from cards.exam.folder import read_exam
from cards.exam.scanning.marks import Bubble
from cards.exam.scanning.scanning import read_layouts
from service.config import Config
from service.jobs.scans import scans_of
from tests.cards.exam.scanning.filled import DOT, SOLID, Picture, chosen, fill, sheet_picture
from tests.service.world.exam_room import ExamRoom, key_of, open_room


@pytest.fixture
def room(tmp_path: Path, config: Config) -> Iterator[ExamRoom]:
    """A class and its exam's bank."""
    with open_room(tmp_path, config) as made:
        yield made


def png(picture: Picture) -> bytes:
    """A picture as a file."""
    done, encoded = cv2.imencode(".png", picture)
    assert done
    return encoded.tobytes()


def sheet(folder: Path, student: str, answers: Mapping[str, str], how: str = SOLID) -> bytes:
    """A student's sheet, its bubbles filled in one way."""
    exam = read_exam(folder)
    papers, layouts = read_layouts(folder)
    paper = next(one.paper for one in exam.sittings if one.student.id == student)
    layout = layouts[papers[paper]]
    bubbles = [Bubble.of(noted) for noted in layout["bubbles"]]
    dice = np.random.default_rng(3)
    picture = sheet_picture((folder / "sheets" / f"{student}.pdf").read_bytes())
    for bubble in chosen(layout, answers, bubbles):
        fill(picture, bubble, how, dice)
    return png(picture)


def bomb() -> bytes:
    """A picture of 30,000 by 30,000 dots in few bytes: 900 MB of greys."""
    side = 30_000

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    packer = zlib.compressobj(6)
    rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def send(room: ExamRoom, exam: Mapping[str, str], **files: bytes) -> dict[str, object]:
    """The job that reads these files, as it ended; the names' last underscore is a dot."""
    named = [(io.BytesIO(content), name.replace("_", ".")) for name, content in files.items()]
    return room.job(f"/assignments/{exam['id']}/scans", data={"files": named})


def test_what_is_no_sheet_or_comes_twice_is_put_aside(room: ExamRoom, tmp_path: Path) -> None:
    """A blank page, another exam's sheet and the same sheet again; who has none is named."""
    exam, other = room.exam(), room.exam()
    folder, stray = tmp_path / "exam", tmp_path / "other"
    room.papers(exam).extractall(folder)
    room.papers(other).extractall(stray)
    mine = sheet(folder, "ann", {})
    ended = send(
        room, exam,
        first_png=mine, second_png=mine, stray_png=sheet(stray, "ann", {}),
        blank_png=png(np.full((1200, 800), 255, np.uint8)),
    )  # fmt: skip
    result = ended["result"]

    assert isinstance(result, dict), ended
    assert (1, 4, ["Bob"]) == (result["sheets"], result["pages"], result["unseen"])
    aside = " | ".join(result["aside"])
    assert "first.png; keep one of them" in aside
    assert re.search(r"stray.png: gradeck/quiz/\S+ is a sheet of another exam", aside)
    assert "blank.png: no code of an answer sheet" in aside
    assert [] == list(scans_of(room.config).glob("*"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("bomb_png", bomb(), "bomb.png"),
        ("notes_txt", b"hello", "expected a PDF or a picture"),
        ("broken_pdf", b"%PDF-1.7 nothing", "broken.pdf: expected a PDF"),
        ("broken_png", b"no picture", "broken.png: expected a picture"),
    ],
    ids=["bomb", "text", "pdf", "png"],
)
def test_a_file_that_cannot_be_read_is_named(
    room: ExamRoom, name: str, content: bytes, says: str
) -> None:
    """It takes neither the worker nor the others along, and nothing of it stays."""
    exam = room.exam()
    room.papers(exam)
    ended = send(room, exam, **{name: content})

    assert "error" == ended["status"]
    assert says in str(ended["error"])
    assert str(room.config.data) not in str(ended["error"])
    assert [] == list(scans_of(room.config).glob("*"))


def test_a_doubt_is_settled_on_its_page(room: ExamRoom, tmp_path: Path) -> None:
    """A dot in a bubble is asked about, with a picture; what the teacher says is marked."""
    exam = room.exam()
    papers = room.papers(exam)
    papers.extractall(tmp_path / "exam")
    key = key_of(papers, "ann")
    answers = {name: part["answer"]["exact"] for name, part in key.items()}
    ended = send(room, exam, ann_png=sheet(tmp_path / "exam", "ann", answers, DOT))
    client, headers = room.walk.client, room.walk.people["teacher"]
    place = f"/teaching/{exam['id']}/doubts/{ended['id']}"
    shown = client.get(place, headers=headers)
    boxes = re.findall(r'name="says\.(\d+\.\d+)"', shown.text)
    open_ones = client.post(place, headers=headers, data={f"says.{boxes[0]}": "1"})
    right = dict(zip(boxes, answers.values(), strict=True))
    form = {f"says.{box}": text for box, text in list(right.items())[:2]}
    form[f"none.{boxes[2]}"] = "1"
    settled = client.post(place, headers=headers, data=form)
    room.work()
    file = room.walk.call("teacher", "GET", f"/jobs/{ended['id']}/file")

    assert 3 == len(boxes) == shown.text.count("data:image/png;base64,")
    assert 409 == open_ones.status_code
    assert f"says.{boxes[0]}" in open_ones.text
    # A place in the address would keep the page from looking after its jobs.
    assert (303, f"/teaching/{exam['id']}/exam") == (settled.status_code, settled.location)
    assert "6" == room.totals(exam)["ann"]
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert {"results.csv", "results.doubts.html", "doubts.json"} == set(archive.namelist())


def test_scans_need_sheets_files_and_room(room: ExamRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """No papers yet, no file, a full disk: refused at once in words, and nothing is kept."""
    exam = room.exam()
    path = f"/assignments/{exam['id']}/scans"
    early = room.walk.call("teacher", "POST", path, data={})
    room.papers(exam)
    none = room.walk.call("teacher", "POST", path, data={})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("werkzeug.datastructures.FileStorage.save", full)
    given = {"files": (io.BytesIO(b"x"), "a.png")}
    away = room.walk.call("teacher", "POST", path, data=given)

    assert (409, 422, 507) == (early.status_code, none.status_code, away.status_code)
    assert "No space left" in away.get_json()["detail"]
    assert [] == list(scans_of(room.config).glob("*"))
