"""A bank of sums and its marker: small questions, so that the service is tested by itself.

The marker also takes answers that misbehave: they exit, loop, freeze, trickle, eat memory,
sleep, or speak out of turn on the line to whoever asked.
"""

import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cards.printing.page import PrintedPart, PrintedStep, PrintedVariant
from grader.errors import UnknownNameError
from service.bank.questions import ListedQuestion, QuestionVersion, VariantOrigin
from service.queue.work import MarkingResult, MarkOne, SourceWanted, Work
from service.store.verdicts import VerdictJson

TITLE = {"en": "A sum", "zh": "加法"}


def _listed(name: str) -> ListedQuestion:
    source = json.dumps({"id": name})
    return ListedQuestion(
        id=name,
        content_hash=hashlib.sha256(source.encode()).hexdigest(),
        title=TITLE,
        kind="numeric",
        level=1,
        tags=("sums",),
        points="2",
        source=source,
    )


def numbers(seed: str) -> tuple[int, int]:
    """The two numbers of a variant."""
    digest = hashlib.sha256(seed.encode()).digest()
    return digest[0], digest[1]


@dataclass(frozen=True)
class Sums:
    """Questions `sums/one`, `sums/two` …, each asking for a sum and a product."""

    names: tuple[str, ...] = ("sums/one", "sums/two")

    def listed(self) -> tuple[ListedQuestion, ...]:
        """All of them."""
        return tuple(_listed(name) for name in self.names)

    def find(self, question_id: str) -> ListedQuestion:
        """One of them."""
        if question_id not in self.names:
            raise UnknownNameError("question", question_id, self.names)
        return _listed(question_id)

    def now(self, question_id: str) -> ListedQuestion:
        """No file, so none that changes."""
        return self.find(question_id)

    def seed(self, question: QuestionVersion, purpose: str, who: str, number: int) -> str:
        """Another seed for every difference."""
        text = f"{question.content_hash} {purpose} {who} {number}"
        return hashlib.sha256(text.encode()).hexdigest()

    def show(self, dealt: VariantOrigin) -> dict[str, Any]:
        """The two numbers, without sum and product."""
        first, second = numbers(dealt.seed)
        text = f"{first} and {second}"
        return {
            "text": {"en": text, "zh": text},
            "parts": [
                {"id": "sum", "ask": {"en": "their sum", "zh": "和"}},
                {"id": "product", "ask": {"en": "their product", "zh": "积"}},
            ],
        }

    def knows(self, content_hash: str) -> bool:  # noqa: ARG002 - the protocol's argument, not needed for sums
        """Always."""
        return True

    def parts(self, content_hash: str, source: str | None) -> frozenset[str]:  # noqa: ARG002 - the protocol's argument, not needed for sums
        """Sum and product."""
        return frozenset({"sum", "product"})

    def solution(self, dealt: VariantOrigin) -> dict[str, Any]:
        """Sum and product."""
        answers = right(dealt.seed).items()
        parts = [{"id": name, "answer": {"exact": text}} for name, text in answers]
        return {**self.show(dealt), "parts": parts}

    def printed(
        self, dealt: VariantOrigin, language: str, solved: Collection[str] | None
    ) -> PrintedVariant:
        """The two numbers and two boxes; the answers of what is solved."""
        first, second = numbers(dealt.seed)
        asks = {"sum": ("their sum", first + second), "product": ("their product", first * second)}
        shown = tuple(
            PrintedPart(
                id=part,
                ask=ask,
                unit="",
                rule="exact",
                points="1",
                answer=str(result) if solved is None or part in solved else "",
                steps=(PrintedStep("Count.", (f"<p>{result}</p>",)),)
                if solved is None or part in solved
                else (),
            )
            for part, (ask, result) in asks.items()
        )
        return PrintedVariant(
            kind="numeric",
            title=TITLE[language],
            text=f"<p>{first} and {second}</p>",
            figure="",
            hints=("<p>Add them up.</p>", "<p>Carry.</p>"),
            parts=shown,
        )


def right(seed: str) -> dict[str, str]:
    """The right answers of a variant."""
    first, second = numbers(seed)
    return {"sum": str(first + second), "product": str(first * second)}


def right_for(text: str) -> dict[str, str]:
    """The right answers to a variant's text."""
    first, second = (int(word) for word in text.split(" and "))
    return {"sum": str(first + second), "product": str(first * second)}


def judge(work: Work) -> VerdictJson | MarkingResult:
    """Right answers earn a point each; some answers do harm instead."""
    for text in work.raw.values():
        _misbehave(text)
    return sum_verdict(work)


def sum_verdict(work: Work) -> VerdictJson:
    """A point for each right answer."""
    parts = [_part(name, key, work.raw) for name, key in right(work.seed).items()]
    return {"score": sum(part["points"] for part in parts), "out_of": 2, "parts": parts}


def _part(name: str, key: str, raw: Mapping[str, str]) -> dict[str, Any]:
    text = raw.get(name, "")
    outcome = "right" if text == key else "wrong" if text.isdigit() else "unreadable"
    return {
        "id": name,
        "raw": text,
        "outcome": outcome,
        "points": int(outcome == "right"),
        "mistakes": [],
        "carried_from": None,
        "feedback": {"en": outcome, "zh": outcome},
    }


def _misbehave(text: str) -> None:
    if text == "exit":
        os._exit(3)
    while text == "loop":
        pass
    if text == "freeze":
        os.kill(os.getpid(), signal.SIGSTOP)
    if text.startswith("say "):
        os.write(int(sys.argv[-1]), f"{text.removeprefix('say ')}\n".encode())
    while text == "trickle":
        os.write(int(sys.argv[-1]), b" ")
        time.sleep(0.05)
    if text == "memory":
        hoard = []
        while True:
            hoard.append(bytearray(1 << 24))
    if text == "raise":
        raise ValueError(text)
    if text.startswith("sleep "):
        time.sleep(float(text.removeprefix("sleep ")))


def open_sums(_: str = "") -> MarkOne:
    """What the marking process opens in these tests."""
    return judge


def open_corrected(_: str = "") -> MarkOne:
    """The question as it should have been: the product is everybody's point."""

    def corrected(work: Work) -> VerdictJson:
        made = sum_verdict(work)
        parts = [
            {**part, "points": 1 if part["id"] == "product" else part["points"]}
            for part in made["parts"]
        ]
        return {**made, "parts": parts, "score": sum(part["points"] for part in parts)}

    return corrected


def open_stricter(_: str = "") -> MarkOne:
    """Nobody gets anything."""
    return lambda work: {**sum_verdict(work), "score": 0}


def open_refusing(_: str = "") -> MarkOne:
    """No answer gets a verdict."""

    def refuse(work: Work) -> VerdictJson:
        raise ValueError(work.question_id)

    return refuse


def open_forgetful(_: str = "") -> MarkOne:
    """No version is known without its source."""
    return lambda work: sum_verdict(work) if work.source else SourceWanted()
