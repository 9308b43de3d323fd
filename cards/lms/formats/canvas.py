"""Canvas: a zip of QTI 1.2, as both of its importers read it (classic and New Quizzes).

A condition on a wrong number would become an accepted answer worth full marks, in both of them. So
a number question has conditions for what is right alone, and the mistakes stand in the text that
is shown after a wrong answer. Each part is a question of its own, and variants are a question
group, of which each student is given one.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from cards.lms.archive import zipped
from cards.lms.choosing import Filled
from cards.lms.decimals import digits
from cards.lms.format import Layout, LmsFormat
from cards.lms.formats.canvas_rules import check_canvas
from cards.lms.item import ChoiceBox, LmsItem, NumberBox, WordsBox
from cards.lms.xml import Element, child, file_of
from grader.arithmetic import divide

_FILES: Final = "%24IMS-CC-FILEBASE%24/"
_QTI: Final = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PACKAGE: Final = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_QUIZ: Final = "http://canvas.instructure.com/xsd/cccv1p0"
_META: Final = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
_RIGHT: Final = "100"


def write_canvas(groups: Sequence[Filled], layout: Layout) -> bytes:
    """The quiz as a zip; QuestionError with all that Canvas would take and not understand."""
    quiz = _name_of(f"{layout.name} {layout.language}")
    root = Element("questestinterop", xmlns=_QTI)
    assessment = child(root, "assessment", ident=quiz, title=layout.name)
    outer = child(assessment, "section", ident="root_section")
    items: dict[Element, LmsItem] = {}
    for filled in groups:
        for title, parts in _one_by_one(filled):
            all_given = len(parts) == filled.group.pick
            section = outer if all_given else _group(outer, quiz, title, parts, filled)
            items.update((_item(section, quiz, item), item) for item in parts)
    check_canvas(root, items)
    figures = {name: svg for item in items.values() for name, svg in item.figures.items()}
    points = sum((filled.points for filled in groups), start=0)
    return zipped(
        [
            ("imsmanifest.xml", file_of(_manifest(quiz, figures))),
            (f"{quiz}/{quiz}.xml", file_of(root)),
            (f"{quiz}/assessment_meta.xml", file_of(_meta(quiz, layout.name, digits(points)))),
            *((f"{_figures(quiz)}{name}", svg.encode()) for name, svg in figures.items()),
        ]
    )


def _name_of(*names: str) -> str:
    """An identifier that stays: Canvas knows by it what it imported before, in any quiz."""
    return f"g{hashlib.sha256('/'.join(names).encode()).hexdigest()[:31]}"


def _figures(quiz: str) -> str:
    """The folder of a quiz's figures: those of another one may have the same names."""
    return f"figures/{quiz}/"


def _one_by_one(filled: Filled) -> Iterator[tuple[str, list[LmsItem]]]:
    """The questions of a group as Canvas draws them: those of each part by themselves."""
    rows = [_alone(item) for item in filled.items]
    longest = max(map(len, rows), default=0)
    for index in range(longest):
        title = filled.group.path[-1]
        title += f" ({index + 1})" if longest > 1 else ""
        yield title, [row[index] for row in rows if index < len(row)]


def _alone(item: LmsItem) -> list[LmsItem]:
    """A question for each number; words and statements stay together."""
    return [*item.apart()] if isinstance(item.boxes[0], NumberBox) else [item]


def _group(
    outer: Element, quiz: str, title: str, parts: Sequence[LmsItem], filled: Filled
) -> Element:
    """A question group, from which each student is given so many."""
    ident = _name_of(quiz, *filled.group.path, title)
    section = child(outer, "section", ident=ident, title=title)
    selection = child(child(section, "selection_ordering"), "selection")
    child(selection, "selection_number", str(filled.group.pick))
    child(child(selection, "selection_extension"), "points_per_item", digits(parts[0].points))
    return section


def _item(section: Element, quiz: str, item: LmsItem) -> Element:
    first = item.boxes[0]
    name = f"{item.title} · {item.part}" if item.part else item.title
    element = child(section, "item", ident=_name_of(quiz, item.id), title=name)
    metadata = child(child(element, "itemmetadata"), "qtimetadata")
    kind = _kind(item)
    for label, entry in (
        ("question_type", kind),
        ("points_possible", digits(item.points)),
        ("assessment_question_identifierref", _name_of(quiz, "question", item.id)),
    ):
        field = child(metadata, "qtimetadatafield")
        child(field, "fieldlabel", label)
        child(field, "fieldentry", entry)
    presentation = child(element, "presentation")
    asked = "".join(f"<p>{box.ask}</p>" for box in item.boxes)
    _text(presentation, item.text_with_figures_at(f"{_FILES}{_figures(quiz)}") + asked)
    processing = child(element, "resprocessing")
    outcome = {"maxvalue": _RIGHT, "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    child(child(processing, "outcomes"), "decvar", **outcome)
    _feedback(element, processing, "general_fb", item.solution)
    match first:
        case NumberBox():
            _number(element, presentation, processing, first)
        case ChoiceBox():
            _choice(element, presentation, processing, first)
        case WordsBox():
            _words(presentation, processing)
    return element


def _kind(item: LmsItem) -> str:
    match item.boxes[0]:
        case NumberBox():
            return "numerical_question"
        case ChoiceBox() as box:
            return "multiple_choice_question" if box.single else "multiple_answers_question"
        case WordsBox():
            return "essay_question"


def _text(parent: Element, html: str) -> None:
    child(child(parent, "material"), "mattext", html, texttype="text/html")


def _feedback(element: Element, processing: Element, name: str, html: str) -> None:
    """A text shown whatever is answered, or to all that no earlier condition stopped at."""
    condition = child(processing, "respcondition", **{"continue": "Yes"})
    child(child(condition, "conditionvar"), "other")
    _shown(condition, name)
    _said(element, name, html)


def _shown(condition: Element, name: str) -> None:
    child(condition, "displayfeedback", feedbacktype="Response", linkrefid=name)


def _said(element: Element, name: str, html: str) -> None:
    _text(child(child(element, "itemfeedback", ident=name), "flow_mat"), html)


def _number(element: Element, presentation: Element, processing: Element, box: NumberBox) -> None:
    """A condition for each interval that earns full marks, and the mistakes as one text."""
    response = child(presentation, "response_str", ident="response1", rcardinality="Single")
    child(child(response, "render_fib", fibtype="Decimal"), "response_label", ident="answer1")
    for reply in box.replies:
        if reply.share != 1:
            continue
        condition = child(processing, "respcondition", **{"continue": "No"})
        either = child(child(condition, "conditionvar"), "or")
        middle = digits(divide(reply.low + reply.high, 2))
        child(either, "varequal", middle, respident="response1")
        both = child(either, "and")
        child(both, "vargte", digits(reply.low), respident="response1")
        child(both, "varlte", digits(reply.high), respident="response1")
        child(condition, "setvar", _RIGHT, action="Set", varname="SCORE")
    slips = [
        f"<li>{digits(divide(reply.low + reply.high, 2))}: {reply.says}</li>"
        for reply in box.replies
        if reply.share != 1
    ]
    if slips:
        _feedback(element, processing, "general_incorrect_fb", f"<ul>{''.join(slips)}</ul>")


def _choice(element: Element, presentation: Element, processing: Element, box: ChoiceBox) -> None:
    """Each statement with its reason; the whole set of those that hold earns full marks."""
    cardinality = "Single" if box.single else "Multiple"
    response = child(presentation, "response_lid", ident="response1", rcardinality=cardinality)
    offered = child(response, "render_choice")
    for option in box.options:
        _text(child(offered, "response_label", ident=f"answer{option.letter}"), option.says)
    for option in box.options:
        condition = child(processing, "respcondition", **{"continue": "Yes"})
        chosen = child(condition, "conditionvar")
        child(chosen, "varequal", f"answer{option.letter}", respident="response1")
        _shown(condition, f"answer{option.letter}_fb")
        _said(element, f"answer{option.letter}_fb", option.reason)
    condition = child(processing, "respcondition", **{"continue": "No"})
    right = child(condition, "conditionvar")
    where = right if box.single else child(right, "and")
    for option in box.options:
        if option.holds or not box.single:
            parent = where if option.holds else child(where, "not")
            child(parent, "varequal", f"answer{option.letter}", respident="response1")
    child(condition, "setvar", _RIGHT, action="Set", varname="SCORE")


def _words(presentation: Element, processing: Element) -> None:
    """A field for words; whoever marks it reads the answer in the general feedback."""
    response = child(presentation, "response_str", ident="response1", rcardinality="Single")
    child(child(response, "render_fib"), "response_label", ident="answer1", rshuffle="No")
    condition = child(processing, "respcondition", **{"continue": "No"})
    child(child(condition, "conditionvar"), "other")


def _manifest(quiz: str, figures: dict[str, str]) -> Element:
    root = Element("manifest", identifier=_name_of(quiz, "package"), xmlns=_PACKAGE)
    metadata = child(root, "metadata")
    child(metadata, "schema", "IMS Content")
    child(metadata, "schemaversion", "1.1.3")
    child(root, "organizations")
    resources = child(root, "resources")
    resource = child(resources, "resource", identifier=quiz, type="imsqti_xmlv1p2")
    child(resource, "file", href=f"{quiz}/{quiz}.xml")
    child(resource, "dependency", identifierref=f"{quiz}_meta")
    meta = f"{quiz}/assessment_meta.xml"
    resource = child(resources, "resource", identifier=f"{quiz}_meta", type=_META, href=meta)
    child(resource, "file", href=meta)
    for name in figures:
        path = f"{_figures(quiz)}{name}"
        resource = child(
            resources, "resource", identifier=_name_of(path), type="webcontent", href=path
        )
        child(resource, "file", href=path)
    return root


def _meta(quiz: str, title: str, points: str) -> Element:
    root = Element("quiz", identifier=quiz, xmlns=_QUIZ)
    for name, text in (
        ("title", title),
        ("shuffle_answers", "false"),
        ("scoring_policy", "keep_highest"),
        ("quiz_type", "assignment"),
        ("points_possible", points),
        ("allowed_attempts", "1"),
    ):
        child(root, name, text)
    return root


CANVAS: Final = LmsFormat(
    name="canvas",
    title="Canvas",
    says="A zip of QTI 1.2 for Canvas: worked solutions, a question group for each question.",
    suffix=".zip",
    write=write_canvas,
    loses=(
        *("follow-through", "calculations", "fresh-numbers", "diagnosis", "shares"),
        *("words", "units", "hints", "together"),
    ),
)
