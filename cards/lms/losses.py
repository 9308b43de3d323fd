"""What a format cannot carry of a question: a row a loss, with the items that can lose it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cards.lms.item import LmsItem, NumberBox, WordsBox
from grader.wording import Text


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is lost: in a word or two, in a sentence, and of which items."""

    short: Text
    says: Text
    of: Callable[[LmsItem], bool]


def _numbers(item: LmsItem) -> list[NumberBox]:
    return [box for box in item.boxes if isinstance(box, NumberBox)]


def _diagnosed(item: LmsItem) -> bool:
    return any(reply.mistakes for box in _numbers(item) for reply in box.replies)


LOSSES: Final[Mapping[str, Loss]] = {
    "follow-through": Loss(
        Text("follow-through", "沿用前一问的结果"),
        Text(
            "a later answer that is worked correctly from an earlier wrong one earns nothing",
            "前一问答错、后一问由它正确推出时，后一问不得分",
        ),
        lambda item: len(_numbers(item)) > 1,
    ),
    "calculations": Loss(
        Text("calculations", "算式"),
        Text(
            "an answer is a number in digits: (3*3*3+1)*100 is not read",
            "答案须是写成数字的数，(3*3*3+1)*100 这样的算式读不了",
        ),
        lambda item: bool(_numbers(item)),
    ),
    "fresh-numbers": Loss(
        Text("fresh numbers", "新的数字"),
        Text(
            "the variants are those in the file, and no new ones are drawn",
            "只有文件里的这些变式，不会再出新的数字",
        ),
        lambda item: item.varies,
    ),
    "pairs": Loss(
        Text("pairs of mistakes", "同时犯的两个错误"),
        Text(
            "two mistakes made at once, and those that the question doesn't list, are not named",
            "同时犯两个错误，或犯了题目没有列出的错误时，不指出是哪个",
        ),
        _diagnosed,
    ),
    "diagnosis": Loss(
        Text("diagnosis", "错误诊断"),
        Text(
            "a wrong number is not answered with its mistake; all stand in one text instead",
            "答错时不指出是哪个错误，而是在一段文字里列出全部错误",
        ),
        _diagnosed,
    ),
    "shares": Loss(
        Text("shares", "部分得分"),
        Text(
            "an answer that a known mistake explains earns nothing, not a share",
            "由已知错误得出的答案得零分，而不是一部分分数",
        ),
        lambda item: any(0 < reply.share < 1 for box in _numbers(item) for reply in box.replies),
    ),
    "units": Loss(
        Text("units", "单位"),
        Text(
            "the number is typed without its unit, which stands beside the box",
            "只填数字，单位写在框旁",
        ),
        lambda item: any(box.unit for box in _numbers(item)),
    ),
    "hints": Loss(
        Text("hints", "提示"),
        Text(
            "the hints are left out",
            "不含提示",
        ),
        lambda item: bool(item.hints),
    ),
    "words": Loss(
        Text("marking of words", "文字答案的评判"),
        Text(
            "a person reads the answer; the key points stand beside it",
            "由人来读答案，要点写在旁边",
        ),
        lambda item: any(isinstance(box, WordsBox) and box.accept for box in item.boxes),
    ),
    "together": Loss(
        Text("one question", "合为一题"),
        Text(
            "each part becomes a question of its own, with the whole text",
            "每一小题成为一道单独的题，都带全部题面",
        ),
        lambda item: len(_numbers(item)) > 1,
    ),
    "points": Loss(
        Text("points", "分数"),
        Text(
            "the parts are weighted as they are worth, and the whole is to be set in the quiz",
            "各小题按分值加权，总分需在测验中设置",
        ),
        lambda item: len(item.boxes) > 1 and any(b.points.denominator > 1 for b in item.boxes),
    ),
    "id-number": Loss(
        Text("id number", "编号"),
        Text(
            "questions with several boxes lose their id number at the import",
            "有多个答案框的题导入后没有编号",
        ),
        lambda item: len(item.boxes) > 1 and bool(_numbers(item)),
    ),
}


def lost(item: LmsItem, names: Iterable[str]) -> list[str]:
    """The names of those losses that the item has."""
    return [name for name in names if LOSSES[name].of(item)]


def lost_lines(losses: Mapping[str, Iterable[str]], language: str) -> Iterator[str]:
    """What is lost at all, the commonest first: of how many questions, and what that means.

    >>> list(lost_lines({"cnn/a": ["hints"]}, "en"))
    ['hints (1): the hints are left out']
    """
    counted = Counter(name for names in losses.values() for name in names)
    for name, count in counted.most_common():
        loss = LOSSES[name]
        colon = "：" if language == "zh" else ": "
        yield f"{loss.short.in_(language)} ({count}){colon}{loss.says.in_(language)}"
