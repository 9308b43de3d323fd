"""What papers say by themselves: labels, in every language."""

from types import MappingProxyType
from typing import Final

from grader.wording import Text

LABELS: Final = MappingProxyType(
    {
        "name": Text("Name", "姓名"),
        "id": Text("Student id", "学号"),
        "seat": Text("Seat", "座位"),
        "paper": Text("Paper", "卷号"),
        "minutes": Text("{} minutes", "{} 分钟"),
        "points": Text("{} points", "共 {} 分"),
        "point": Text("{} point", "共 {} 分"),
        "worth": Text("{} points", "{} 分"),
        "worth_one": Text("{} point", "{} 分"),
        "page": Text("page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
        "qr": Text("Code of the paper", "试卷代码"),
        "formulas": Text("Formulas", "公式"),
        "key": Text("Key", "答案"),
        "markers_only": Text("MARKERS ONLY", "仅供阅卷"),
        "confidential": Text("Marker's key · confidential", "阅卷答案 · 保密"),
        "marking_sheet": Text("Marking sheet", "阅卷表"),
        "marking_says": Text(
            "Right answers of every paper. Tick what is right; write the points of everything else "
            "beside it. The key of the paper names the mistakes.",
            "每份试卷的正确答案。答对的打勾，其余在旁边写得分；各种错误见该卷的答案。",
        ),
        "marked_by": Text("Marked by", "阅卷人"),
        "on": Text("on", "日期"),
        "sheet": Text("Answer sheet", "答题卡"),
        "how": Text(
            "Fill the bubbles wholly, in black or dark blue. Write the number in the boxes as "
            "well, up to the right-hand box; one a column. To undo a mark, rub it out wholly; for "
            "letters, fill the row “correction” instead. Keep the black corners clean.",
            "用黑色或深蓝色笔将圆圈涂满。先把数字写进方格（末位对齐最右格），再在每列涂一个圆圈。"
            "改答案时请完全擦净；选择题可改涂“更正”一行。不要折叠、污损四角的黑色方块。",
        ),
        "all_hold": Text("all that hold", "多选"),
        "one_holds": Text("the one that holds", "单选"),
        "correction": Text("correction", "更正"),
        "on_paper": Text("Write the answers to these on the paper:", "以下各题请在试卷上作答："),
        "checked": Text(
            "I have checked that name, student id and paper are mine.",
            "本人已核对姓名、学号和卷号无误。",
        ),
        "absent": Text("absent (filled by the invigilator)", "缺考（监考教师填涂）"),
        "asked": Text("Asked", "问题"),
        "yours": Text("Your answer", "你的答案"),
        "found": Text("Found", "评判"),
        "right_answer": Text("Right is {}.", "正确答案：{}。"),
        "earned": Text("Points", "得分"),
        "of_points": Text("of {} points", "满分 {} 分"),
        "is-right": Text("right", "正确"),
        "is-follows": Text("follows", "由前一问推出"),
        "is-wrong": Text("not yet", "不对"),
        "is-none": Text("nothing written", "未作答"),
        "is-held": Text("to be looked at", "待人工评判"),
        "carried": Text(
            "Worked correctly from the answer to {}, so the points count.",
            "由 {} 的答案正确推出，因此得分。",
        ),
        "part": Text("Part", "小题"),
        "answer": Text("Answer", "答案"),
        "points_head": Text("Points", "分值"),
        "worked": Text("Worked", "解答"),
        "if_box": Text("If the box says …", "如果方框里写的是……"),
        "not_listed": Text(
            "Any number that is not in the list: read the working.", "不在表中的数，请看演算过程。"
        ),
        "wrote": Text("Wrote", "写了"),
        "it_was": Text("It was", "原因"),
        "give": Text("Give", "给分"),
        "in_words": Text("In words", "说明"),
        "follow": Text("Follow-through", "沿用前一问的结果"),
        "follow_says": Text(
            "Worked correctly from the student's own result: {share} of the points.",
            "由自己的结果正确推出：得该小题分数的 {share}。",
        ),
        "from_part": Text("{later} if {earlier} is", "{earlier} 为下列值时的 {later}"),
    }
)


def label(name: str, language: str) -> str:
    """A label in a language.

    >>> label("seat", "zh")
    '座位'
    """
    return LABELS[name].in_(language)


def counted(name: str, count: str, language: str) -> str:
    """A label with a number in it, in the singular where the language has one.

    >>> counted("worth", "1", "en"), counted("worth", "2", "en")
    ('1 point', '2 points')
    """
    one = {"points": "point", "worth": "worth_one"}
    chosen = one.get(name, name) if count == "1" else name
    return label(chosen, language).format(count)
