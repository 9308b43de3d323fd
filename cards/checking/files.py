"""Loading for `gradeck check`: question files, exam plans and network files, told by their keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cards.documents.containing import contained
from cards.documents.file_kinds import FileKind, kind_of
from cards.documents.reading import file_content
from cards.documents.strict_yaml import MAX_BYTES, Document, read_documents
from cards.exam.plan_file import one_plan, read_plan
from cards.loading.bank import BANK, files_below, read_bank, shown_path
from cards.networks.files import NETWORKS, read_network_file, with_lines
from cards.question import Question
from grader.cnn.solving import solution
from grader.errors import Fault, NetworkError

PLANS: Final = BANK.parent / "exams"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found at some paths: the sound questions, counts, and every fault."""

    questions: tuple[Question, ...]
    plans: int
    networks: int
    faults: tuple[Fault, ...]


def load_all(paths: Sequence[Path] = ()) -> Loaded:
    """Everything at the paths; without any, all that comes with Gradeck."""
    faults: list[Fault] = []
    shipped = [BANK, *(folder for folder in (PLANS, NETWORKS) if any(folder.glob("*.yaml")))]
    files = list(files_below(paths or shipped, faults))
    sorted_files: dict[FileKind, list[Path]] = {"questions": [], "plan": [], "network": []}
    for path in files:
        sorted_files[kind_of(path)].append(path)
    questions, question_faults = read_bank(sorted_files["questions"])
    bank = {question.id: question for question in questions}
    if paths and sorted_files["plan"]:
        # A plan that stands alone speaks of the questions that come with Gradeck.
        bank = {question.id: question for question in read_bank([BANK])[0]} | bank
    faults += question_faults
    for path in sorted_files["plan"]:
        faults += _plan_faults(path, bank)
    for path in sorted_files["network"]:
        with contained(faults, shown_path(path)):
            faults += _network_faults(path)
    plans, networks = len(sorted_files["plan"]), len(sorted_files["network"])
    return Loaded(tuple(bank_order(questions)), plans, networks, tuple(faults))


def bank_order(questions: Iterable[Question]) -> list[Question]:
    """The questions without those whose id an earlier one has.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> [question.id for question in bank_order([pooled, pooled])]
    ['cnn/pooled-size']
    """
    return list({question.id: question for question in reversed([*questions])}.values())[::-1]


def _documents(path: Path) -> tuple[tuple[Document, ...], list[Fault]]:
    try:
        documents, unread = read_documents(file_content(path, MAX_BYTES), shown_path(path))
    except OSError as error:
        return (), [Fault("a file that can be read", str(error.strerror), file=shown_path(path))]
    return documents, list(unread)


def _plan_faults(path: Path, bank: Mapping[str, Question]) -> list[Fault]:
    documents, faults = _documents(path)
    for document in one_plan(documents, faults, path):
        with contained(faults, document.where, document.line(())):
            read_plan(document, bank, faults)
    return faults


def _network_faults(path: Path) -> list[Fault]:
    """The faults of a network file; each names the layer and the field."""
    try:
        network = read_network_file(str(path))
    except NetworkError as error:
        found = error
    else:
        try:
            solution(network)
        except NetworkError as error:
            found = with_lines(error, str(path))
        else:
            return []
    return [
        Fault(
            fault.expected,
            fault.got,
            fault.cure,
            file=shown_path(path),
            line=fault.line,
            field=_layer_field(fault),
        )
        for fault in found.faults
    ]


def _layer_field(fault: Fault) -> str:
    return ".".join(name for name in (fault.layer, fault.field) if name)
