"""What Canvas makes of a zip of QTI 1.2: its two importers, written anew from what they do.

Every condition of a number question becomes an accepted answer of 100 %. The classic importer reads
a value and, from the upper bound, a margin; that of New Quizzes reads the two bounds.
"""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Literal

from tests.cards.lms.outcomes import Answered, Chosen, Outcome, parsed

Importer = Literal["classic", "new"]


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def without_namespaces(content: bytes) -> ET.Element:
    """A document whose elements have plain names."""
    root = parsed(content)
    for element in root.iter():
        element.tag = element.tag.partition("}")[2] or element.tag
    return root


def quiz_of(content: bytes) -> ET.Element:
    """The quiz that a zip's manifest points to."""
    files = unzipped(content)
    manifest = without_namespaces(files["imsmanifest.xml"])
    listed = [file.get("href", "") for file in manifest.iter("file")]
    assert sorted(listed) == sorted(name for name in files if name != "imsmanifest.xml")
    (quiz,) = (
        resource.find("file")
        for resource in manifest.iter("resource")
        if resource.get("type") == "imsqti_xmlv1p2"
    )
    assert quiz is not None
    return without_namespaces(files[quiz.get("href", "")])


def kind_of(item: ET.Element) -> str:
    """The type of a question, as its metadata has it."""
    return {
        field.findtext("fieldlabel"): field.findtext("fieldentry") or ""
        for field in item.iter("qtimetadatafield")
    }["question_type"]


def number_of(item: ET.Element, importer: Importer) -> Answered:
    """What marks a number question once it is imported."""
    spans = []
    for condition in item.iter("respcondition"):
        exact, low, high = (condition.find(f".//{n}") for n in ("varequal", "vargte", "varlte"))
        if exact is None or low is None or high is None:
            continue
        value, upper = float(exact.text or ""), float(high.text or "")
        spans.append(
            (value - (upper - value), upper)
            if importer == "classic"
            else (float(low.text or ""), upper)
        )

    def answered(text: str) -> Outcome:
        value = float(text)
        slack = 1e-12 * max(1.0, abs(value))
        full = any(low - slack <= value <= high + slack for low, high in spans)
        return Outcome(Fraction(full))

    return answered


def choice_of(item: ET.Element) -> Chosen:
    """What marks a question of statements: shares of those that hold, less those that don't."""
    texts = {
        label.get("ident", ""): label.findtext(".//mattext") or ""
        for label in item.iter("response_label")
    }
    (scored,) = (each for each in item.iter("respcondition") if each.find("setvar") is not None)
    denied = {each.text for no in scored.iter("not") for each in no.iter("varequal")}
    named = {each.text for each in scored.iter("varequal")}
    holding = {texts[name or ""] for name in named - denied}
    single = kind_of(item) == "multiple_choice_question"

    def chosen(says: AbstractSet[str]) -> Outcome:
        assert says <= set(texts.values())
        if single:
            return Outcome(Fraction(says <= holding and len(says) == 1))
        net = len(says & holding) - len(says - holding)
        return Outcome(max(Fraction(net, len(holding)), Fraction(0)))

    return chosen
