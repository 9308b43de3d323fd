"""What the pages about exams say, in English and in Chinese: a part of the table of wordings."""

from collections.abc import Mapping
from typing import Final

from grader.wording import Text

EXAM_WORDS: Final[Mapping[str, Text]] = {
    "exam": Text("Exam", "考试"),
    "absent": Text("absent", "缺考"),
    "ends-at": Text("ends {moment}", "{moment} 结束"),
    "ended-at": Text("ended {moment}", "已于 {moment} 结束"),
    "out-of": Text("out of {count}", "满分 {count}"),
    "exam-closed": Text(
        "Questions, points and solutions of this exam are shown here once your teacher releases "
        "them.",
        "老师公布之后，这里会显示考试的题目、得分和解答。",
    ),
    "exam-absent": Text("You were marked as absent from this exam.", "这次考试记为缺考。"),
    "exam-no-marks": Text("Your paper has no marks yet.", "你的试卷还没有评分。"),
    "exam-solutions": Text(
        "Each question shows your answer, what was found, and the worked solution.",
        "点开每道题可以看到你的答案、批改结果和解题步骤。",
    ),
    "returned-paper": Text("Returned paper (PDF)", "批改后的试卷（PDF）"),
    "exam-release-text": Text(
        "Once the exam is over and its results are released, each student sees the own questions, "
        "points, solutions and returned paper here, and nothing of it before.",
        "考试结束并公布成绩之后，每位学生能看到自己的题目、得分、解答和批改后的试卷；"
        "在此之前什么都看不到。",
    ),
    "exam-roster": Text("Seats, languages, extra time", "座位、语言、加时"),
    "exam-roster-says": Text(
        "Paste a CSV table with id and name; seat_row, seat_column, language, extra_time (percent) "
        "and large_print may stand beside. Who is in it gets a paper. Without it everybody does.",
        "粘贴含 id 和 name 的 CSV 表；还可以有 seat_row、seat_column、language、extra_time"
        "（百分比）和 large_print。表中的学生得到试卷；不填则全班都有。",
    ),
    "course": Text("Course", "课程"),
    "set-exam": Text("Set an exam", "布置考试"),
    "set-exam-text": Text(
        "An exam is made from a plan of the question bank, as it is now. Papers with different "
        "numbers are printed in the next step; students see nothing of it before you release it.",
        "考试按题库中现在的方案生成。下一步打印试卷，每人数字不同；公布之前学生什么都看不到。",
    ),
    "exam-title": Text("Title", "标题"),
    "exam-title-of-plan": Text("as the plan has it", "与方案相同"),
    "exam-begins": Text("Begins", "开始"),
    "exam-ends": Text("Ends", "结束"),
    "exam-zone": Text("Times are those of {zone}.", "时间为 {zone} 时间。"),
    "exam-times": Text(
        "Say when the exam begins and when it ends.", "请填写考试的开始和结束时间。"
    ),
    "exam-from-to": Text("{begins} to {ends}", "{begins} 至 {ends}"),
    "no-plans": Text(
        "The bank has no exam plans: they stand in the folder exams beside the questions.",
        "题库没有考试方案；方案应放在题目旁边的 exams 文件夹里。",
    ),
    "papers": Text("Papers", "试卷"),
    "paper": Text("Paper", "试卷号"),
    "state": Text("State", "状态"),
    "papers-text": Text(
        "Every student gets numbers of their own. The zip has papers, answer sheets, keys and the "
        "marking sheet. Students who join later get a paper; nobody else's changes.",
        "每位学生的数字都不同。压缩包里有试卷、答题卡、答案和阅卷表。之后加入的人可以补发试卷，别人的不变。",
    ),
    "print-papers": Text("Print the papers", "打印试卷"),
    "print-rest": Text("Print papers for those who have none", "为没有试卷的人打印"),
    "print-again": Text("Print again", "重新打印"),
    "printing": Text("Printing {number}: {count} papers", "第 {number} 批：{count} 份"),
    "drawn-of": Text("{count} of:", "以下选 {count} 题："),
    "outlook": Text("What a paper looks like", "试卷构成"),
    "papers-marked": Text("{count} of {all} papers marked", "已评 {count} / {all} 份"),
    "plan-changed": Text(
        "The plan, or a question of it, has changed in the bank since. This exam keeps what it was "
        "set with; a regrade takes up a corrected question.",
        "题库中的方案或题目之后有改动。本场考试仍用布置时的版本；题目改正后可以重新批改。",
    ),
    "scans": Text("Answer sheets", "答题卡"),
    "scans-text": Text(
        "PDFs from a copier or pictures from a phone, all pages of a sheet together. Doubtful "
        "marks are shown to you and never guessed; the files are removed once they are read.",
        "复印机的 PDF 或手机照片都可以，同一份答题卡的各页要一起上传。有疑问的填涂会请你判断，"
        "不会猜测；读取之后文件即删除。",
    ),
    "scans-files": Text("Files", "文件"),
    "read-scans": Text("Read the sheets", "读取答题卡"),
    "marks": Text("Marks", "评分"),
    "marks-text": Text(
        "A table (CSV) with id and a column for each part, as the papers call it: 1a, 1b, 2. An "
        "empty cell is no answer; write “absent” for a student who wasn't there. Students without "
        "a row keep the marks that they have.",
        "表格（CSV）含 id 列，以及试卷上每一问的列，如 1a、1b、2。空格表示没有作答，"
        "“absent”表示缺考；表中没有的人保持不变。",
    ),
    "results-file": Text("Table of results", "结果表"),
    "results-typed": Text("Type it instead", "直接录入"),
    "results-none": Text(
        "Choose a table of results, or type it.", "请选择结果表文件，或直接录入。"
    ),
    "mark-results": Text("Mark", "评分"),
    "left-course": Text("left the course", "已离开课程"),
    "settle-doubts": Text("Settle and mark", "核对并评分"),
    "doubts": Text("Doubtful marks", "有疑问的填涂"),
    "doubts-text": Text(
        "{sheets} sheets were read; {count} answers need your eye. Then all of them are marked.",
        "已读取 {sheets} 份答题卡，有 {count} 处需要你判断，之后一起评分。",
    ),
    "told-left": Text("Not in the course any more: {names}", "已不在课程中：{names}"),
    "told-without": Text("Without a row so far: {names}", "尚无结果：{names}"),
    "put-aside": Text("Put aside", "未采用的页面"),
    "no-sheet-of": Text("No sheet of", "没有答题卡的学生"),
    "as-scanned": Text("{part} as scanned", "{part} 的扫描图"),
    "no-picture": Text("No picture: look at the paper.", "没有图片，请看试卷。"),
    "it-says": Text("It says", "答案是"),
    "nothing-written": Text("Nothing is written", "没有作答"),
    "mark-settled": Text("Mark these sheets", "为这些答题卡评分"),
}
