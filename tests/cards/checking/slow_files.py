"""Files that are short, and long to work through for whoever does it carelessly."""

from typing import Final

_HEAD: Final = "id: test/slow\ntitle: {en: Slow, zh: 慢}\nkind: "
_NUMERIC: Final = f"{_HEAD}numeric\ndraw: {{n: {{from: 10, to: 900}}}}\n"
_ASKED: Final = 'text: {en: "{n}", zh: "{n}"}\nparts: [{id: p, ask: {en: a, zh: b}, answer: x}]\n'


def _many(how_many: int, row: str, between: str = "\n") -> str:
    return between.join(row.replace("#", str(number)) for number in range(how_many)) + "\n"


def _cloze(gap: str, how_many: int) -> str:
    return f'{_HEAD}cloze\ntext:\n  en: "{gap * how_many}"\n  zh: "{{{{c1::一}}}}"\n'


def _figure(figure: str) -> str:
    return f"{_NUMERIC}lines: {{x: n + 1}}\nfigure: {figure}\n{_ASKED}"


FILES: Final = {
    "gaps that never close": _cloze("{{c1::", 810),
    "gaps that never close, in a long text": _cloze("{{c1::", 8000),
    "gaps with hints that never close": _cloze("{{c1::a::", 540),
    "lines that read one misspelt draw": (
        f"{_NUMERIC}lines:\n{_many(3000, '  line#: m + #')}{_ASKED}"
    ),
    "lines that read misspelt draws": (
        f"{_NUMERIC}lines:\n{_many(3000, '  line#: lyne# + #')}{_ASKED}"
    ),
    "a plan of misspelt questions": (
        "id: plan\ntitle: {en: Plan, zh: 卷}\nquestions:\n" + _many(5000, "  - cnn/pooled-sizes-#")
    ),
    "a draw of texts": (
        f"{_HEAD}numeric\ndraw:\n  n: [{_many(48000, 'a#', ', ').strip()}]\n"
        f"lines: {{x: n + 1}}\n{_ASKED}"
    ),
    "a draw of many numbers": (
        f"{_HEAD}numeric\ndraw:\n  n: [{_many(48000, '1#', ', ').strip()}]\n"
        f"lines: {{x: n + 1}}\n{_ASKED}mistakes: []\n"
    ),
    "tags with blanks": (
        f"{_HEAD}basic\ntags: [{_many(40000, 'a #', ', ').strip()}]\n"
        "text: {en: a, zh: b}\nanswer: {en: a, zh: b}\n"
    ),
    "unfinished documents": _many(90000, "---\na: #"),
    "many mistakes": (
        f"{_NUMERIC}lines: {{x: n + 1}}\n{_ASKED}mistakes:\n"
        + _many(400, "  - {id: m#, line: x, formula: n + 2 + #, says: {en: a, zh: b}}")
    ),
    "many parts": (
        f"{_NUMERIC}lines: {{x: n + 1}}\ntext: {{en: '{{n}}', zh: '{{n}}'}}\nparts:\n"
        + _many(1000, "  - {id: p#, ask: {en: a, zh: b}, answer: x}")
        + "mistakes: []\n"
    ),
    "many lines asked": (
        f"{_NUMERIC}lines:\n{_many(1000, '  x#: n + #')}"
        "text: {en: '{n}', zh: '{n}'}\nparts:\n"
        + _many(60, "  - {id: p#, ask: {en: a, zh: b}, answer: x#}")
        + "mistakes:\n"
        + _many(60, "  - {id: m#, line: x#, formula: n * n + #, says: {en: a, zh: b}}")
    ),
    "a block of nothing, over and over": (
        "input: {channels: 1, height: 9, width: 9}\nblocks:\n  empty: {layers: []}\n"
        "layers:\n  - {id: a, repeat: 1000000000, block: empty}\n"
    ),
    "blocks of blocks of nothing": (
        "input: {channels: 1, height: 9, width: 9}\nblocks:\n  empty: {layers: []}\n"
        "  more: {layers: [{id: b, block: empty}]}\n"
        "layers:\n  - {id: a, repeat: 1000000000, block: more}\n"
    ),
    "a layer over and over": (
        "input: {channels: 1, height: 9, width: 9}\n"
        "layers:\n  - {id: a, repeat: 1000000000, layers: [{id: r, op: relu}]}\n"
    ),
    "a grid of 200 by 200": _figure(
        "{kind: pooling, values: [" + _many(200, "[" + "1, " * 199 + "1]", ",").strip() + "]}"
    ),
    "ten thousand moments": _figure(
        "{kind: memory, moments: [" + _many(10000, "{made: 1}", ",").strip() + "]}"
    ),
    "a window of 1000000000": _figure("{kind: window, input: 1000000000, kernel: 3}"),
    "a kernel of 1000000": _figure("{kind: window, input: 9, kernel: 1000000}"),
    "runs of backticks": (
        f'{_HEAD}basic\ntext:\n  en: "'
        + " ".join("`" * number for number in range(1, 98))
        + '"\n  zh: b\nanswer: {en: a, zh: b}\n'
    ),
    "runs of backticks in a long text": (
        f'{_HEAD}basic\ntext:\n  en: "'
        + " ".join("`" * number for number in range(1, 1300))
        + '"\n  zh: b\nanswer: {en: a, zh: b}\n'
    ),
    "dollars and backslashes": (
        f"{_HEAD}basic\ntext:\n  en: '" + "$\\$`" * 1200 + "'\n  zh: b\nanswer: {en: a, zh: b}\n"
    ),
    "brackets of links": (
        f"{_HEAD}basic\ntext:\n  en: '" + "[a](" * 1200 + "'\n  zh: b\nanswer: {en: a, zh: b}\n"
    ),
    "stars": (
        f"{_HEAD}basic\ntext:\n  en: '" + "*a **b " * 700 + "'\n  zh: b\nanswer: {en: a, zh: b}\n"
    ),
    "many items": (
        f"{_HEAD}list\ntext: {{en: a, zh: b}}\nitems:\n"
        + _many(1500, "  - {id: i#, cue: {en: c#, zh: c#}, answer: {en: word#, zh: 词#}}")
    ),
    "many statements": (
        f"{_HEAD}choice\ntext: {{en: a, zh: b}}\npick: 4\nright: 2\nstatements:\n"
        + _many(900, "  - {id: i#, holds: true, says: {en: c#, zh: c#}, reason: {en: a, zh: b}}")
        + _many(900, "  - {id: j#, holds: false, says: {en: c#, zh: c#}, reason: {en: a, zh: b}}")
    ),
    "lines that rest on each other": (
        f"{_NUMERIC}lines:\n{_many(3000, '  line#: line# + #')}{_ASKED}"
    ),
    "a formula of brackets": f"{_NUMERIC}lines: {{x: {'(' * 20000}n}}\n{_ASKED}",
    "a formula of powers": f"{_NUMERIC}lines: {{x: n {'** n ' * 300}}}\n{_ASKED}",
    "many draws": (
        f"{_HEAD}numeric\ndraw:\n{_many(300, '  n#: {from: 1, to: 99999}')}"
        f"lines: {{x: {_many(300, 'n#', ' + ').strip()}}}\n{_ASKED}mistakes: []\n"
    ),
    "many constraints": (
        f"{_NUMERIC}require:\n{_many(3000, '  - n > #')}lines: {{x: n + 1}}\n{_ASKED}mistakes: []\n"
    ),
}
