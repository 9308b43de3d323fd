"""A small interpreter of QTI's response processing, of 2.1 and of 3.0, after the specification.

Expressions have three values of truth: what is asked of nothing is neither true nor false.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Any

from tests.cards.lms.canvas_reader import unzipped, without_namespaces

Value = Any
"""None for NULL; a number, a text or a truth; a list for a container."""


def items_of(content: bytes) -> dict[str, ET.Element]:
    """The items of a package by identifier, their elements named as in 2.1."""
    files = unzipped(content)
    manifest = without_namespaces(files["imsmanifest.xml"])
    listed = [file.get("href", "") for file in manifest.iter("file")]
    assert sorted(listed) == sorted(name for name in files if name != "imsmanifest.xml")
    known = {resource.get("identifier") for resource in manifest.iter("resource")}
    assert {needs.get("identifierref") for needs in manifest.iter("dependency")} <= known
    test = _plain(without_namespaces(files["test.xml"]))
    found = {}
    for reference in test.iter("assessmentItemRef"):
        item = _plain(without_namespaces(files[reference.get("href", "")]))
        assert reference.get("identifier") == item.get("identifier")
        for image in item.iter("img"):
            assert f"items/{image.get('src')}" in files
        found[item.get("identifier", "")] = item
    return found


def _plain(root: ET.Element) -> ET.Element:
    """The document with the names of 2.1."""
    for element in root.iter():
        if element.tag.startswith("qti-"):
            element.tag = _camel(element.tag.removeprefix("qti-"))
            element.attrib = {_camel(name): value for name, value in element.attrib.items()}
    return root


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


OPERATIONS: Mapping[str, Callable[..., Value]] = {
    "not": lambda truth: not truth,
    "gte": lambda left, right: left >= right,
    "lte": lambda left, right: left <= right,
    "match": lambda left, right: left == right,
    "member": lambda one, container: one in container,
    "sum": lambda *numbers: sum(numbers),
}


class Attempt:
    """One attempt at an item: responses in, outcomes out."""

    def __init__(self, item: ET.Element, responses: Mapping[str, Value]) -> None:
        self.item = item
        self.values: dict[str, Value] = {}
        for declared in item.iter("responseDeclaration"):
            name = declared.get("identifier", "")
            self.values[name] = responses.get(name)
        assert responses.keys() <= self.values.keys()
        for declared in item.iter("outcomeDeclaration"):
            default = declared.findtext("defaultValue/value")
            name = declared.get("identifier", "")
            self.values[name] = None if default is None else float(default)
        processing = item.find("responseProcessing")
        assert processing is not None
        self.run(processing)

    @property
    def score(self) -> float:
        """The points."""
        return float(self.values["SCORE"])

    def said(self) -> list[str]:
        """The texts that are shown, but for the solution, in the order of the file."""
        shown = self.values["FEEDBACK"] or []
        return [
            " ".join("".join(feedback.itertext()).split())
            for feedback in self.item.iter("modalFeedback")
            if feedback.get("identifier") in shown
            and feedback.get("identifier") != "f.solution"
            and feedback.get("outcomeIdentifier") == "FEEDBACK"
        ]

    def run(self, rules: ET.Element) -> None:
        """Follow rules in their order; the first child of a branch is its condition."""
        for rule in rules:
            if rule.tag == "setOutcomeValue":
                self.values[rule.get("identifier", "")] = self.value(rule[0])
            elif rule.tag == "responseCondition":
                for branch in rule:
                    if branch.tag == "responseElse" or self.value(branch[0]) is True:
                        self.run(branch)
                        break
            else:
                assert rule is rules[0], rule.tag

    def value(self, expression: ET.Element) -> Value:
        """The value of an expression: NULL where it is asked of nothing."""
        name, text = expression.get("identifier", ""), expression.text or ""
        match expression.tag:
            case "variable":
                return self.values[name]
            case "baseValue":
                return float(text) if expression.get("baseType") == "float" else text
            case "mapResponse":
                return self.mapped(name)
        values = [self.value(inner) for inner in expression]
        if expression.tag == "multiple":
            lists = [value if isinstance(value, list) else [value] for value in values]
            return [one for each in lists for one in each if one is not None] or None
        if expression.tag == "and":
            return False if False in values else None if None in values else True
        return None if None in values else OPERATIONS[expression.tag](*values)

    def mapped(self, name: str) -> float:
        """What a response is worth by its mapping, within the mapping's bounds."""
        (mapping,) = (
            declared.find("mapping")
            for declared in self.item.iter("responseDeclaration")
            if declared.get("identifier") == name
        )
        assert mapping is not None
        worth = {
            entry.get("mapKey"): float(entry.get("mappedValue", "nan"))
            for entry in mapping.iter("mapEntry")
        }
        response = self.values[name]
        chosen = set(response) if isinstance(response, list) else {response} - {None}
        total = sum(worth.get(one, float(mapping.get("defaultValue", "nan"))) for one in chosen)
        return min(
            max(total, float(mapping.get("lowerBound", "-inf"))),
            float(mapping.get("upperBound", "inf")),
        )
