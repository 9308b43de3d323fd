"""QTI's rules, in both versions: each is broken on purpose, and refused with the question."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from cards.lms.formats.qti import Dialect, item_file
from cards.lms.formats.qti_rules import check_package
from cards.lms.item import LmsItem
from cards.lms.xml import Element
from grader.errors import QuestionError
from tests.cards.lms.items import item_of, number_box

DIALECTS = {
    "2.1": Dialect("http://www.imsglobal.org/xsd/imsqti_v2p1", hyphens=False),
    "3.0": Dialect("http://www.imsglobal.org/xsd/imsqtiasi_v3p0", hyphens=True),
}
ITEM = item_of(number_box())
Break = Callable[[Element, Dialect], None]


def told(files: dict[str, Element], item: LmsItem) -> list[str]:
    """The sentences with which a package is refused; none where it isn't."""
    try:
        check_package(files, dict.fromkeys(files, item))
    except QuestionError as error:
        return [str(fault) for fault in error.faults]
    return []


def without_a(tag: str) -> Break:
    """Take the first element of that name out."""

    def broken(file: Element, dialect: Dialect) -> None:
        name = dialect.tag(tag)
        parent = next(each for each in file.iter() if each.find(name) is not None)
        parent.remove(parent.findall(name)[0])

    return broken


def said_twice(file: Element, dialect: Dialect) -> None:
    """Write the first feedback a second time."""
    file.append(file.findall(dialect.tag("modalFeedback"))[0])


def badly_named(file: Element, dialect: Dialect) -> None:
    """Another feedback, whose name is no identifier."""
    attributes = {dialect.attribute("identifier"): "1 a"}
    file.append(Element(dialect.tag("modalFeedback"), attributes))


RULES: dict[str, tuple[Break, str]] = {
    "a box that is never declared": (
        without_a("responseDeclaration"),
        "expected a box for each response, got RESPONSE1 alone",
    ),
    "a response without a box": (
        without_a("textEntryInteraction"),
        "expected a box for each response, got RESPONSE1 alone",
    ),
    "a feedback that is shown and never written": (
        without_a("modalFeedback"),
        "expected a text for each feedback that is shown, got none for f.x.right",
    ),
    "two feedbacks of one name": (
        said_twice,
        "expected a name of its own for each feedback, got 'f.x.right'",
    ),
    "a feedback whose name is no identifier": (
        badly_named,
        "expected a name of its own for each feedback, got '1 a'",
    ),
}


@pytest.mark.parametrize("version", DIALECTS)
@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_refused_with_the_question(rule: str, version: str) -> None:
    """A sound item passes; broken in one place it is refused for that, and for nothing else."""
    broken, expected = RULES[rule]
    file = item_file(ITEM, DIALECTS[version])
    assert [] == told({"i": file}, ITEM)
    broken(file, DIALECTS[version])
    assert [f"own.yaml:1: own/one#1: {expected}"] == told({"i": file}, ITEM)


@pytest.mark.parametrize("version", DIALECTS)
def test_a_file_is_called_by_an_identifier(version: str) -> None:
    """A name that begins with a digit or has a blank is refused."""
    file = item_file(ITEM, DIALECTS[version])
    for name in ("1", "a b", "zürich"):
        assert [
            (
                f"own.yaml:1: own/one#1: expected an id that can be an identifier, got '{name}'; "
                "letters, digits, '.', '-', '_'"
            )
        ] == told({name: file}, ITEM)


@pytest.mark.parametrize("version", DIALECTS)
def test_an_exact_number_that_no_float_can_tell_is_refused(version: str) -> None:
    """An exact third is refused with its part; with a tolerance it is written."""
    third = Fraction(1, 3)
    near, exact = (item_of(number_box(right=third, tolerance=t)) for t in (third, 0))
    assert [] == told({"i": item_file(near, DIALECTS[version])}, near)
    assert [
        (
            "own.yaml:1: own/one#1: expected a number of at most 14 digits, or a tolerance, "
            "got 1/3; give the part x a precision, such as {decimals: 3}"
        )
    ] == told({"i": item_file(exact, DIALECTS[version])}, exact)


def test_a_package_without_questions_is_refused() -> None:
    """There is nothing to import."""
    expected = "expected at least one question, got none; name a question, a tag or a plan"
    assert [expected] == told({}, ITEM)
