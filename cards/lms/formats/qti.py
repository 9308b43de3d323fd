"""An item and a package of QTI, in the words of 2.1 or of 3.0, which say the same.

The response processing adds up the points of each box, and lists in FEEDBACK what is said: the
first reply that holds an answer, the reason of each misjudged statement, and the solution. So a
reader tells `f.parameters.no-bias` from any other wrong answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cards.lms.decimals import digits
from cards.lms.item import Box, ChoiceBox, LmsItem, NumberBox, Reply, WordsBox
from cards.lms.xhtml import MATHEMATICS, PREFIX, put_html
from cards.lms.xml import Element
from cards.lms.xml import child as plain_child
from grader.arithmetic import Number, divide

SOLUTION: Final = "f.solution"
FIGURES: Final = "figures/"
_CAPITAL: Final = re.compile("[A-Z]")
_UNNAMED: Final = re.compile(r"[^A-Za-z0-9.-]")
_HTML: Final = {"a": ("href",), "img": ("src", "alt")}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a version of QTI writes its names: in 3.0 with hyphens and a prefix.

    `content_body` is for what 3.0 wraps in one, and `scored_by_hand` for the attribute that says
    that a person marks.
    """

    namespace: str
    hyphens: bool

    def child(self, parent: Element, name: str, text: str = "", /, **attributes: str) -> Element:
        """A new element of QTI below another one."""
        named = {self.attribute(key): value for key, value in attributes.items()}
        return plain_child(parent, self.tag(name), text, **named)

    def root(self, name: str, **attributes: str) -> Element:
        """The outermost element of a file."""
        named = {self.attribute(key): value for key, value in attributes.items()}
        spaces = {"xmlns": self.namespace, f"xmlns:{PREFIX[:-1]}": MATHEMATICS}
        return Element(self.tag(name), {**spaces, **named})

    def tag(self, name: str) -> str:
        """The name of an element, given as 2.1 writes it.

        >>> Dialect("", hyphens=True).tag("responseElseIf")
        'qti-response-else-if'
        """
        return f"qti-{self.attribute(name)}" if self.hyphens else name

    def attribute(self, name: str) -> str:
        """The name of an attribute, given as 2.1 writes it."""
        if not self.hyphens:
            return name
        return _CAPITAL.sub(lambda found: f"-{found[0].lower()}", name)

    def body(self, parent: Element) -> Element:
        """Where HTML stands inside an element: 3.0 has an element for that."""
        return self.child(parent, "contentBody") if self.hyphens else parent


def identifier(*names: str) -> str:
    """A name that QTI takes for one: it begins with a letter, and keeps its pieces apart.

    >>> identifier("i", "cnn/multiply-adds#3")
    'i.cnn.multiply-adds.3'
    """
    return ".".join(_UNNAMED.sub(".", name) for name in names if name)


def item_file(item: LmsItem, dialect: Dialect) -> Element:
    """The file of an item: declarations, body, processing, and what may be said."""
    return _Writer(item, dialect).written()


class _Writer:
    """Writes one item; the order of its elements is that of the schema."""

    def __init__(self, item: LmsItem, dialect: Dialect) -> None:
        self.item = item
        self.dialect = dialect
        self.child = dialect.child
        self.root = dialect.root(
            "assessmentItem",
            identifier=identifier("i", item.id),
            title=item.title,
            adaptive="false",
            timeDependent="false",
        )
        self.said: dict[str, str] = {}

    def written(self) -> Element:
        boxes = [*enumerate(self.item.boxes, start=1)]
        for number, box in boxes:
            self.declare(f"RESPONSE{number}", box)
        self.outcomes()
        body = self.child(self.root, "itemBody")
        put_html(body, self.item.text_with_figures_at(FIGURES), _HTML)
        for number, box in boxes:
            self.ask(body, f"RESPONSE{number}", box)
        processing = self.child(self.root, "responseProcessing")
        for number, box in boxes:
            self.process(processing, f"RESPONSE{number}", box)
        self.say(processing, SOLUTION, self.item.solution)
        for name, html in self.said.items():
            feedback = self.child(
                self.root,
                "modalFeedback",
                outcomeIdentifier="FEEDBACK",
                identifier=name,
                showHide="show",
            )
            put_html(self.dialect.body(feedback), html, _HTML)
        return self.root

    def declare(self, response: str, box: Box) -> None:
        """What a box holds, and what is right."""
        match box:
            case NumberBox():
                declared = self.declaration(response, "single", "float")
                right = self.child(declared, "correctResponse")
                self.child(right, "value", digits(box.right))
            case ChoiceBox():
                declared = self.declaration(
                    response, "single" if box.single else "multiple", "identifier"
                )
                right = self.child(declared, "correctResponse")
                holding = [option for option in box.options if option.holds]
                for option in holding:
                    self.child(right, "value", option.letter)
                share = divide(box.points, len(holding) or 1)
                mapping = self.child(
                    declared,
                    "mapping",
                    lowerBound="0",
                    upperBound=digits(box.points),
                    defaultValue="0",
                )
                for option in box.options:
                    worth = share if option.holds else -share
                    self.child(mapping, "mapEntry", mapKey=option.letter, mappedValue=digits(worth))
            case WordsBox():
                self.declaration(response, "single", "string")

    def declaration(self, response: str, cardinality: str, base: str) -> Element:
        return self.child(
            self.root,
            "responseDeclaration",
            identifier=response,
            cardinality=cardinality,
            baseType=base,
        )

    def outcomes(self) -> None:
        by_hand = any(isinstance(box, WordsBox) for box in self.item.boxes)
        scored = {"externalScored": "human"} if by_hand and self.dialect.hyphens else {}
        points = digits(self.item.points)
        for name, value, more in (
            ("SCORE", "0", {"normalMaximum": points, **scored}),
            ("MAXSCORE", points, {}),
        ):
            declared = self.child(
                self.root,
                "outcomeDeclaration",
                identifier=name,
                cardinality="single",
                baseType="float",
                **more,
            )
            self.child(self.child(declared, "defaultValue"), "value", value)
        self.child(
            self.root,
            "outcomeDeclaration",
            identifier="FEEDBACK",
            cardinality="multiple",
            baseType="identifier",
        )

    def ask(self, body: Element, response: str, box: Box) -> None:
        match box:
            case NumberBox():
                line = plain_child(body, "p")
                put_html(line, f"{box.ask} ", _HTML)
                self.child(
                    line, "textEntryInteraction", responseIdentifier=response, expectedLength="15"
                )
            case ChoiceBox():
                choice = self.child(
                    body,
                    "choiceInteraction",
                    responseIdentifier=response,
                    shuffle="true",
                    maxChoices="1" if box.single else "0",
                )
                put_html(self.child(choice, "prompt"), box.ask, _HTML)
                for option in box.options:
                    offered = self.child(choice, "simpleChoice", identifier=option.letter)
                    put_html(offered, option.says, _HTML)
            case WordsBox():
                put_html(plain_child(body, "p"), box.ask, _HTML)
                self.child(
                    body, "extendedTextInteraction", responseIdentifier=response, expectedLines="5"
                )
                use = {"use": "scoring"} if self.dialect.hyphens else {}
                rubric = self.child(body, "rubricBlock", view="scorer", **use)
                inner = plain_child(self.dialect.body(rubric), "div")
                put_html(inner, box.answer, _HTML)
                for wording in box.accept[2:]:
                    plain_child(inner, "p", wording)

    def process(self, processing: Element, response: str, box: Box) -> None:
        match box:
            case NumberBox():
                condition = self.child(processing, "responseCondition")
                for number, reply in enumerate(box.replies):
                    name = "responseElseIf" if number else "responseIf"
                    branch = self.child(condition, name)
                    self.between(branch, response, reply)
                    if reply.share:
                        self.earn(branch, box.points * reply.share)
                    told = reply.mistakes or ("right",)
                    known = f"{number}" if len(told) > 1 else ""
                    self.say(branch, identifier("f", box.id, *told, known), reply.says)
            case ChoiceBox():
                self.earned(processing, "mapResponse", identifier=response)
                for option in box.options:
                    condition = self.child(processing, "responseCondition")
                    branch = self.child(condition, "responseIf")
                    where = self.child(branch, "not") if option.holds else branch
                    test = self.child(where, "match" if box.single else "member")
                    self.child(test, "baseValue", option.letter, baseType="identifier")
                    self.child(test, "variable", identifier=response)
                    self.say(branch, identifier("f", box.id, option.letter), option.reason)
            case WordsBox():
                pass

    def between(self, branch: Element, response: str, reply: Reply) -> None:
        both = self.child(branch, "and")
        for name, bound in (("gte", reply.low), ("lte", reply.high)):
            test = self.child(both, name)
            self.child(test, "variable", identifier=response)
            self.child(test, "baseValue", digits(bound), baseType="float")

    def earn(self, branch: Element, points: Number) -> None:
        self.earned(branch, "baseValue", digits(points), baseType="float")

    def earned(self, branch: Element, name: str, text: str = "", /, **attributes: str) -> None:
        """Add a value to the score."""
        value = self.child(branch, "setOutcomeValue", identifier="SCORE")
        total = self.child(value, "sum")
        self.child(total, "variable", identifier="SCORE")
        self.child(total, name, text, **attributes)

    def say(self, branch: Element, name: str, html: str) -> None:
        """Add a text to those that are shown."""
        if self.said.setdefault(name, html) != html:
            name = f"{name}.{len(self.said)}"
            self.said[name] = html
        value = self.child(branch, "setOutcomeValue", identifier="FEEDBACK")
        several = self.child(value, "multiple")
        self.child(several, "variable", identifier="FEEDBACK")
        self.child(several, "baseValue", name, baseType="identifier")


def test_file(
    title: str, sections: Sequence[tuple[str, int, Sequence[str]]], dialect: Dialect
) -> Element:
    """The file of a test: sections with a title, how many items are drawn, and the items' names."""
    child = dialect.child
    root = dialect.root("assessmentTest", identifier="gradeck", title=title)
    declared = child(
        root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float"
    )
    child(child(declared, "defaultValue"), "value", "0")
    part = child(
        root,
        "testPart",
        identifier="part",
        navigationMode="nonlinear",
        submissionMode="individual",
    )
    for number, (name, pick, items) in enumerate(sections, start=1):
        section = child(
            part, "assessmentSection", identifier=f"section{number}", title=name, visible="false"
        )
        if pick < len(items):
            child(section, "selection", select=str(pick))
        for item in items:
            child(section, "assessmentItemRef", identifier=item, href=f"items/{item}.xml")
    processing = child(root, "outcomeProcessing")
    value = child(processing, "setOutcomeValue", identifier="SCORE")
    child(child(value, "sum"), "testVariables", variableIdentifier="SCORE")
    return root
