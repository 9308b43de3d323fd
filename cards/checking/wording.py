"""Whether a question's words give its answers away, and whether both languages say the same."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from cards.checking.rules import Finding
from cards.checking.texts import texts_of
from cards.loading.concepts import CLOZE
from cards.question import Choice, Cloze, Enumeration, Fact, Item, Question, Statement
from grader.marking.key_points import words
from grader.wording import SPOKEN

# Words that say nothing about a matter, after endings are cut.
_LITTLE: Final = frozenset(
    word
    for line in (
        "a about above after all also an and any apart are as at back be because been before",
        "below between both but by can choose come could do doe each either else every few",
        "first for from give go ha have how i if in instead into it last les like make many may",
        "mean more most much must new no none not of off on one only onto or other out over own",
        "part per put same second side so some such take tell than that the their them then",
        "there these they thi thing third this those three through time to too twice two under",
        "up us use used was way well were what when where whether which while who whose why",
        "will with without would you zero",
    )
    for word in line.split()
)
_CHINESE_LITTLE: Final = frozenset(
    [
        "个数",
        "什么",
        "怎样",
        "多少",
        "哪些",
        "为何",
        "如何",
        "各自",
        "每个",
        "一个",
        "两个",
        "可以",
        "之间",
    ]
)
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ers", "er", "ed", "es", "s", "e", "ly")
_SHORTEST_STEM: Final = 3
_ASKS: Final = re.compile(r"[?？]")
# Words of grammar part what stands around them.
_CHINESE: Final = re.compile(r"[^\W的了与和在是也将把被a-zA-Z0-9_]+")
_LETTER: Final = re.compile(r"[A-Za-z]{2,}")
_ABSOLUTE: Final = {
    "en": re.compile(
        r"\b(always|never|every|only|must|exactly|cannot|can't|nobody|nothing|none|entirely)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"总是|从不|永远|必须|只有|只能|一定|绝不|完全|任何|无人|毫无|所有"),
}
_NONE_KNOWN: Final = re.compile(r"(?!)")
# Of the false statements at most so much more may hold an absolute than of the true ones.
_MOST_APART: Final = 0.25
_FEWEST_FALSE: Final = 3
_ALIKE: Final = 0.34
_RETOLD: Final = 0.6
# One word of the matter may stand in a cue; of several, and of numbers, the order tells.
_SEVERAL: Final = 2
_DIGIT: Final = re.compile(r"[0-9]")


def look_at_words(question: Question) -> Iterator[Finding]:
    """What the words of a question, of any kind, are found to give away or to leave out."""
    content = question.content
    for language in question.text:
        yield from _telling_titles(question, language)
        if isinstance(content, Enumeration):
            yield from _telling_cues(content.items, language)
        if isinstance(content, Choice):
            yield from _absolutes(content.statements, language)
    if isinstance(content, Enumeration):
        yield from _two_questions(question, content.items)
    yield from _one_language_for_two(question)
    if isinstance(content, Choice):
        yield from _complements(content.statements)


def stems(text: str) -> frozenset[str]:
    """The content words of an English text, without their endings.

    >>> sorted(stems("They share the same weights; sharing a weight")), stems("How many are there?")
    (['shar', 'weight'], frozenset())
    """
    return frozenset(
        _stem(word) for word in words(text) if word.isascii() and not _says_little(word)
    )


def _says_little(word: str) -> bool:
    return word in _LITTLE or len(word) < _SHORTEST_STEM or word[0].isdigit()


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def pairs_of_characters(text: str) -> frozenset[str]:
    """Each two Chinese characters that follow each other: the nearest to words without a list.

    >>> sorted(pairs_of_characters("池化层的步幅"))
    ['化层', '步幅', '池化']
    """
    runs = _CHINESE.findall(text)
    found = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    return frozenset(found - _CHINESE_LITTLE)


def content(text: str, language: str) -> frozenset[str]:
    """The content words of a text, as they are compared.

    >>> sorted(content("Pooling keeps the channels", "en")), sorted(content("保留通道", "zh"))
    (['channel', 'keep', 'pool'], ['保留', '留通', '通道'])
    """
    return stems(text) if SPOKEN[language].spaced else pairs_of_characters(text)


def _telling_titles(question: Question, language: str) -> Iterator[Finding]:
    """Words of what is hidden that the title shows and the prompt doesn't."""
    shown = question.text.in_(language)
    if isinstance(question.content, Fact):
        hidden = question.content.answer.in_(language)
    elif isinstance(question.content, Cloze):
        hidden = " ; ".join(match["hidden"] for match in CLOZE.finditer(shown))
        shown = CLOZE.sub(" ; ", shown)
    else:
        return
    told = content(question.title.in_(language), language) & content(hidden, language)
    if told := told - content(shown, language):
        expected = "a title without a word of the answer"
        yield Finding("title-tells", f"title.{language}", expected, _listed(told), "name the topic")


def _telling_cues(items: Iterable[Item], language: str) -> Iterator[Finding]:
    """Cues with an accepted wording, or with all of its content words in any order."""
    for item in items:
        cue = f" {' '.join(words(item.cue.in_(language)))} "
        said = content(item.cue.in_(language), language)
        for wording in (item.answer.in_(language), *item.accept[language]):
            meant = content(wording, language)
            several = len(meant) >= _SEVERAL and not _DIGIT.search(wording)
            if f" {' '.join(words(wording))} " in cue or (several and meant <= said):
                expected = "a cue without an accepted wording"
                yield Finding("cue-tells", f"items.{item.id}.cue.{language}", expected, wording)


def _two_questions(question: Question, items: Sequence[Item]) -> Iterator[Finding]:
    for language in question.text:
        cues = sum(bool(_ASKS.search(item.cue.in_(language))) for item in items)
        if cues and _ASKS.search(question.text.in_(language)):
            got = f"one there, and {cues} cues that ask"
            cure = "make the shared text a statement"
            yield Finding("two-questions", f"text.{language}", "one question on a card", got, cure)


def _one_language_for_two(question: Question) -> Iterator[Finding]:
    for field, text in texts_of(question):
        if not {"en", "zh"} <= text.keys():
            continue
        plain = re.sub(r"\$[^$]*\$|`[^`]*`|\{[^{}]*\}", "", text.in_("en"))
        if text.in_("en") == text.in_("zh") and _LETTER.search(plain):
            yield Finding(
                "zh-is-en", f"{field}.zh", "a Chinese text", repr(text.in_("zh")), "translate it"
            )


def _absolutes(statements: Sequence[Statement], language: str) -> Iterator[Finding]:
    shares = absolutes(statements, language)
    false = [one for one in statements if not one.holds]
    if len(false) < _FEWEST_FALSE or shares[False] - shares[True] <= _MOST_APART:
        return
    got = f"{shares[False]:.0%} of the false and {shares[True]:.0%} of the true ones"
    expected = "absolutes (always, never, only, ...) as often in true statements as in false ones"
    yield Finding("absolutes", "statements", expected, f"{language}: {got}", "reword some")


def absolutes(statements: Sequence[Statement], language: str) -> Mapping[bool, float]:
    """The share of the statements that hold, and of those that don't, with an absolute in them.

    >>> from grader.wording import both
    >>> true = Statement("a", True, both("It may"), both("It does."))
    >>> false = Statement("b", False, both("It always does"), both("Not always."))
    >>> absolutes([true, false], "en")
    {True: 0.0, False: 1.0}
    """
    shares = {}
    absolute = _ABSOLUTE.get(language, _NONE_KNOWN)
    for holds in (True, False):
        pool = [one for one in statements if one.holds is holds]
        found = sum(bool(absolute.search(one.says.in_(language))) for one in pool)
        shares[holds] = found / len(pool) if pool else 0.0
    return shares


def _complements(statements: Sequence[Statement]) -> Iterator[Finding]:
    """A true and a false statement, of which one answers the other, that may be dealt together.

    They do where both say nearly the same words, or where one's reason says the other again.
    """
    weights = _weights(statements)
    true = [one for one in statements if one.holds]
    false = [one for one in statements if not one.holds]
    for one, other in product(true, false):
        told_again = max(retold(one, other, weights), retold(other, one, weights)) >= _RETOLD
        alike = likeness(one, other, weights) >= _ALIKE
        if (alike or told_again) and not one.excluding(other):
            expected = "statements that don't answer each other, or `excludes:`"
            got = f"{one.id} and {other.id}"
            cure = f"write `excludes: [{one.id}]` at {other.id}"
            yield Finding("complements", f"statements.{other.id}", expected, got, cure)


def _weights(statements: Sequence[Statement]) -> Mapping[str, float]:
    """What each content word weighs: little if most statements of the pool have it."""
    counts = Counter(
        word
        for statement in statements
        for language in statement.says
        for word in content(statement.says.in_(language), language)
    )
    return {word: 1 / count for word, count in counts.items()}


def likeness(one: Statement, other: Statement, weights: Mapping[str, float]) -> float:
    """Which share of what their words weigh two statements have in common, at the most."""
    shares = [0.0]
    for language in one.says.keys() & other.says.keys():
        first, second = (content(each.says.in_(language), language) for each in (one, other))
        either = sum(weights[word] for word in first | second)
        if either:
            shares.append(sum(weights[word] for word in first & second) / either)
    return max(shares)


def retold(one: Statement, other: Statement, weights: Mapping[str, float]) -> float:
    """Which share of what a statement says the other's reason says again, at the most."""
    shares = [0.0]
    for language in one.says.keys() & other.reason.keys():
        said, again = (content(text.in_(language), language) for text in (one.says, other.reason))
        whole = sum(weights[word] for word in said)
        if whole:
            shares.append(sum(weights[word] for word in said & again) / whole)
    return max(shares)


def _listed(found: Sequence[str] | frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(found))
