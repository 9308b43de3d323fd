"""What the pages say, by a name for each wording, in English and in Chinese."""

from collections.abc import Mapping
from typing import Final

from grader.marking.verdict import CORRECT, NOT_YET
from grader.wording import Text, both
from service.pages.exam_words import EXAM_WORDS

WORDS: Final[Mapping[str, Text]] = {
    "brand": both("Gradeck"),
    "skip": Text("Skip to the content", "跳到正文"),
    "menu": Text("Pages", "页面"),
    "today": Text("Today", "今日"),
    "practice": Text("Practice", "练习"),
    "homework": Text("Homework", "作业"),
    "progress": Text("Progress", "进度"),
    "teaching": Text("Teaching", "教学"),
    "sign-in": Text("Sign in", "登录"),
    "sign-out": Text("Sign out", "退出登录"),
    "login": Text("Login", "用户名"),
    "password": Text("Password", "密码"),
    "welcome": Text("Practise with fresh numbers", "用新的数字练习"),
    "welcome-text": Text(
        "Each question comes with numbers of its own. You see at once whether a result is right, "
        "and where a wrong one comes from.",
        "每道题都有自己的数字。提交后立即知道对错，答错时会指出错在哪一步。",
    ),
    "guest-text": Text(
        "You can practise as a guest: nothing to sign up for.", "可以以访客身份练习，无需注册。"
    ),
    "questions": Text("Questions", "题目"),
    "topics": Text("Topics", "知识点"),
    "question": Text("Question", "题目"),
    "practise": Text("Practise", "练习"),
    "practise-this": Text("Practise “{title}”", "练习“{title}”"),
    "start": Text("Start", "开始"),
    "go-on": Text("Go on", "继续"),
    "level-1": Text("easy", "基础"),
    "level-2": Text("medium", "中等"),
    "level-3": Text("hard", "较难"),
    "due-today": Text("{count} waiting today", "今天还有 {count} 题"),
    "done-today": Text("{count} done today", "今天已完成 {count} 题"),
    "all-done": Text("Done for today", "今天的练习已完成"),
    "all-done-text": Text(
        "Nothing is due. You can still practise any question below.",
        "今天没有到期的题目。仍可练习下面的任意一题。",
    ),
    "next-due": Text("next on {day}", "下次：{day}"),
    "due": Text("due", "到期"),
    "done-of": Text("{done} of {all} today", "今天第 {done} / {all} 题"),
    "your-numbers": Text("your own numbers", "你的专属数字"),
    "points": Text("{count} points", "{count} 分"),
    "point": Text("1 point", "1 分"),
    "tries": Text("{used} of {allowed} tries used", "已用 {used} / {allowed} 次"),
    "due-at": Text("due {moment}", "截止 {moment}"),
    "task": Text("Task", "题目要求"),
    "may-type": Text(
        "You may type a formula, such as {example}.", "可以输入算式，例如 {example}。"
    ),
    "check": Text("Check answers", "检查答案"),
    "save-draft": Text("Save draft", "保存草稿"),
    "draft-saved": Text("Draft saved {moment}.", "草稿已保存：{moment}。"),
    "check-costs": Text(
        "A check uses one try. A draft does not.", "检查会用掉一次机会，保存草稿不会。"
    ),
    "read-as": Text("read as", "读作"),
    "right": CORRECT,
    "wrong": NOT_YET,
    "unreadable": Text("Could not be read.", "无法识别。"),
    "held": Text("Not sure.", "无法确定。"),
    "carried": Text("Carried on correctly.", "后续计算正确。"),
    "no-answer": Text("Type an answer first.", "请先输入答案。"),
    "being-graded": Text("Being graded …", "正在批改……"),
    "error-staff": Text(
        "This could not be graded. It is kept, and staff will look at it.",
        "暂时无法批改。答案已保存，老师会处理。",
    ),
    "summary": Text(
        "{right} of {all} right, {score} of {out_of} points.",
        "{all} 问中答对 {right} 问，得 {score} / {out_of} 分。",
    ),
    "hint": Text("Hint {number} of {count}", "提示 {number} / {count}"),
    "hint-costs": Text("after a hint a right answer counts as Hard", "看过提示后答对，按“困难”计"),
    "hint-free": Text("free in homework", "作业中看提示不扣分"),
    "show-solution": Text("Show the worked solution", "查看解题步骤"),
    "solution": Text("Worked solution", "解题步骤"),
    "solution-of": Text("Worked solution of part {number}", "第 {number} 问的解题步骤"),
    "solution-later": Text(
        "The worked solution opens when your teacher releases it.",
        "老师公布之后可以查看解题步骤。",
    ),
    "solution-from": Text(
        "The worked solution opens after {moment}, when you can earn no more points here.",
        "{moment} 之后不能再得分，届时可以查看解题步骤。",
    ),
    "right-answer": Text("Answer: {answer}", "答案：{answer}"),
    "source": Text("Source: {source}", "出处：{source}"),
    "counted": Text(
        "We counted this as {rating}. Change it if that is wrong:",
        "本题按“{rating}”计，如不合适可以修改：",
    ),
    "rating": Text("How it went", "掌握情况"),
    "rate-yourself": Text("How did it go? Compare with the solution.", "对照答案，自己评一下："),
    "rating-1": Text("Again", "重来"),
    "rating-2": Text("Hard", "困难"),
    "rating-3": Text("Good", "良好"),
    "rating-4": Text("Easy", "轻松"),
    "day": Text("1 day", "1 天"),
    "days": Text("{count} days", "{count} 天"),
    "next": Text("Next question", "下一题"),
    "new-numbers": Text("Same question, new numbers", "同一题，换一组数字"),
    "true": Text("True.", "正确。"),
    "false": Text("False.", "错误。"),
    "no-homework": Text("No homework yet.", "还没有作业。"),
    "score": Text("Score", "得分"),
    "closed": Text("closed", "已截止"),
    "late-until": Text("late until {moment}", "可迟交至 {moment}"),
    "not-started": Text("not started", "未开始"),
    "best-of": Text("{score} of {out_of}", "{score} / {out_of}"),
    "position": Text("Question {number} of {count}", "第 {number} / {count} 题"),
    "receipt": Text("Receipt {code}", "回执 {code}"),
    "handed-in": Text("Handed in {moment}", "提交于 {moment}"),
    "late": Text("late", "迟交"),
    "remembered": Text("Remembered", "记住的比例"),
    "next-time": Text("Next time", "下次练习"),
    "reviews": Text("Times practised", "练习次数"),
    "lapses": Text("Missed", "答错次数"),
    "progress-empty": Text(
        "Nothing practised yet. Your progress appears here after the first question.",
        "还没有练习记录。完成第一题之后，这里会显示进度。",
    ),
    "seen-of": Text("{seen} of {all} questions practised", "已练习 {seen} / {all} 题"),
    "recall-now": Text("about {share} of them would be right today", "其中今天大约能答对 {share}"),
    "statistics": Text("Item statistics", "题目统计"),
    "gradebook": Text("Gradebook", "成绩册"),
    "regrade": Text("Regrade", "重新批改"),
    "solutions": Text("Solutions", "解答"),
    "solutions-text": Text(
        "Once they are released, each student sees the solutions after the last moment at which "
        "handing in earns that student points: extensions and late hand-in count.",
        "公布解答之后，每位学生要等到自己最后一个能得分的提交时间过后才能看到；延期与迟交时间都算在内。",
    ),
    "released-at": Text("Released {moment}.", "已于 {moment} 公布。"),
    "would-wait": Text(
        "If you release them now, these will wait", "如果现在公布，以下学生还要等待"
    ),
    "still-closed": Text("These still wait", "以下学生还在等待"),
    "until": Text("until {moment}", "至 {moment}"),
    "comma": Text(", ", "、"),
    "and-more": Text(", and {count} more", "，以及另外 {count} 人"),
    "one-student": Text("1 student", "1 人"),
    "student-count": Text("{count} students", "{count} 人"),
    "nobody-waits": Text(
        "Nobody can earn points any more, so nobody has to wait.",
        "已经没有人能再得分，所有人都可以立即看到解答。",
    ),
    "release": Text("Release the solutions", "公布解答"),
    "take-back": Text("Take the release back", "撤回公布"),
    "scores": Text("Scores", "分数"),
    "which-questions": Text("Which questions to look at", "需要关注的题目"),
    "usual-band": Text(
        "Blue band: usual range. Triangles: too hard, too easy, or not separating.",
        "蓝色区域：常见范围。三角形：太难、太易，或区分度不足。",
    ),
    "facility": Text("Right at the first try", "首次答对"),
    "discrimination": Text("Discrimination", "区分度"),
    "answered": Text("Answered", "作答人数"),
    "interval": Text("95 % interval", "95 % 区间"),
    "common-mistake": Text("Most frequent mistake", "最常见的错误"),
    "handed-in-of": Text("{count} of {all} handed in", "{all} 人中 {count} 人已提交"),
    "median": Text("median {share}", "中位数 {share}"),
    "student": Text("Student", "学生"),
    "section": Text("Section", "班级"),
    "total": Text("Total", "总分"),
    "as-csv": Text("Download as CSV", "下载 CSV"),
    "no-students": Text("No students in this course yet.", "课程中还没有学生。"),
    "regrade-text": Text(
        "The question as it is in the bank now, marked against what students were asked and "
        "what they answered: who changes, and by how much. Nothing is changed before you apply it.",
        "用题库中现在的版本，按学生当时的数字与答案重新批改：谁的分数会变、变多少。应用之前不会改动任何成绩。",
    ),
    "no-change": Text("Nobody's score would change.", "没有人的分数会改变。"),
    "same-version": Text(
        "The question's file says what it said: nothing was corrected since.",
        "题目文件的内容没有变化：还没有改正。",
    ),
    "not-marked": Text(
        "{count} of {all} submissions can't be marked under this version:",
        "{all} 份提交中有 {count} 份无法按这个版本批改：",
    ),
    "times": Text("{count} ×", "{count} 份："),
    "rest-keep": Text("They keep their score.", "它们保留原来的成绩。"),
    "rest-credit": Text("They get full points.", "它们得满分。"),
    "way": Text("What is to be done", "处理方式"),
    "way-keep": Text(
        "Mark again; what can't be marked keeps its score",
        "重新批改；无法批改的保留原来的成绩",
    ),
    "way-credit": Text(
        "Mark again; what can't be marked gets full points", "重新批改；无法批改的得满分"
    ),
    "way-credit-all": Text("Full points for everybody who answered", "作答者全部得满分"),
    "way-drop": Text("Drop the question: it counts for nothing", "取消这道题：不计分"),
    "would-drop": Text(
        "The question would count for nothing, for everybody: its points go to 0. "
        "What was answered stays.",
        "这道题对所有人都不再计分：分值变为 0。作答记录保留。",
    ),
    "dropped": Text("Applied: the question counts for nothing.", "已应用：这道题不再计分。"),
    "would-change": Text(
        "Of {all} submissions, {raised} go up and {lowered} go down.",
        "{all} 份提交中，{raised} 份上升，{lowered} 份下降。",
    ),
    "no-courses": Text("You don't teach any course yet.", "你还没有任教的课程。"),
    "before": Text("Before", "之前"),
    "after": Text("After", "之后"),
    "never-lower": Text("Never lower a score", "分数只升不降"),
    "preview": Text("Preview", "预览"),
    "apply": Text("Apply", "应用"),
    "applied": Text("Applied: {count} scores changed.", "已应用：{count} 个成绩有变化。"),
    "account": Text("Account", "账户"),
    "tokens": Text("Tokens", "令牌"),
    "tokens-text": Text(
        "For scripts and gradeck submit: a token does what its scopes say, until it expires.",
        "用于脚本和 gradeck submit：令牌只有所选的权限，到期失效。",
    ),
    "no-tokens": Text("No tokens yet.", "还没有令牌。"),
    "token-name": Text("What it is for", "用途"),
    "token-scopes": Text("Scopes", "权限"),
    "token-days": Text("Valid for", "有效期"),
    "token-make": Text("Make a token", "生成令牌"),
    "token-once": Text("Copy it now; it is shown this once:", "请现在复制，只显示这一次："),
    "token-rule": Text(
        "Say what the token is for, in up to 100 characters, and choose a scope.",
        "请填写用途（不超过 100 个字符），并至少选择一项权限。",
    ),
    "expires": Text("until {moment}", "有效至 {moment}"),
    "revoke": Text("Revoke", "撤销"),
    "revoke-this": Text("Revoke “{token}”", "撤销“{token}”"),
    "password-old": Text("Present password", "当前密码"),
    "password-new": Text("New password", "新密码"),
    "password-change": Text("Change the password", "修改密码"),
    "password-changed": Text(
        "The password is changed; all other sessions and all tokens have ended.",
        "密码已修改，其他登录和所有令牌均已失效。",
    ),
    "password-rule": Text(
        "A password has {count} characters or more.", "密码至少 {count} 个字符。"
    ),
    "login-rule": Text(
        "A login has 2 to 100 characters: English letters, digits and, between them, . _ @ + or -.",
        "用户名为 2 至 100 个字符：英文字母、数字，中间可以有 . _ @ + 或 -。",
    ),
    "name-rule": Text("A name has 1 to 200 characters.", "姓名为 1 至 200 个字符。"),
    "name": Text("Name", "姓名"),
    "join": Text("Join “{course}”", "加入“{course}”"),
    "join-as": Text("Join as {person}", "以 {person} 的身份加入"),
    "join-text": Text(
        "Make an account; you are signed in and in the course at once.",
        "创建账户后即登录并加入课程。",
    ),
    "join-claim": Text(
        "This account was made for you. Its login is {login}; choose a password.",
        "已为你创建账户，用户名是 {login}，请设置密码。",
    ),
    "join-button": Text("Join", "加入"),
    "join-sign-in": Text("I have an account: sign in first", "我已有账户：先登录"),
    "jobs": Text("Decks, papers and files", "卡片、试卷与文件"),
    "job-rule": Text("Choose from the lists.", "请从列表中选择。"),
    "status-waiting": Text("waiting", "等待中"),
    "status-running": Text("running", "进行中"),
    "status-done": Text("done", "完成"),
    "status-error": Text("did not work", "未成功"),
    "no-jobs": Text("Nothing has been made yet.", "还没有生成过文件。"),
    "fetch": Text("Download", "下载"),
    "all-questions": Text("all", "全部"),
    "language": Text("Language", "语言"),
    "export-format": Text("For", "格式"),
    "export-these": Text("These questions for an LMS", "导出这些题目到教学平台"),
    "export-lost": Text("What the file cannot carry", "文件里装不下的内容"),
    "export-variants": Text("Variants of each question", "每题的变式数"),
    "export-both": Text("both in one file is for Moodle", "两种语言合为一个文件仅限 Moodle"),
    **EXAM_WORDS,
    "exam-plan": Text("Exam plan", "考试方案"),
    "unreached": Text(
        "The service could not be reached. What you typed is still here; try again.",
        "无法连接服务。输入的内容还在，请重试。",
    ),
    "error": Text("That did not work", "操作没有成功"),
    "not-found": Text("Not found", "找不到页面"),
    "back": Text("Back to the start", "返回首页"),
    "demo-foot": Text("Demo: everything here may be lost.", "演示环境：数据可能随时清除。"),
    "moment": Text(
        "{then:%a} {then.day} {then:%b}, {then:%H:%M}",
        "{then.month}月{then.day}日 {then:%H:%M}",
    ),
    "times-in": Text("Times in {zone}.", "时间以 {zone} 为准。"),
}


# What a job's result counts: one of it, and several.
COUNTED: Final[Mapping[str, tuple[Text, Text]]] = {
    "questions": (Text("1 question", "1 道题"), Text("{} questions", "{} 道题")),
    "variants": (Text("1 variant", "1 个变式"), Text("{} variants", "{} 个变式")),
    "notes": (Text("1 note", "1 条笔记"), Text("{} notes", "{} 条笔记")),
    "cards": (Text("1 card", "1 张卡片"), Text("{} cards", "{} 张卡片")),
    "papers": (Text("1 paper", "1 份试卷"), Text("{} papers", "{} 份试卷")),
    "files": (Text("1 file", "1 个文件"), Text("{} files", "{} 个文件")),
    "printing": (Text("printing 1", "第 1 批"), Text("printing {}", "第 {} 批")),
    "answers": (Text("1 answer", "1 个答案"), Text("{} answers", "{} 个答案")),
    "absent": (Text("1 absent", "1 人缺考"), Text("{} absent", "{} 人缺考")),
    "held": (
        Text("1 answer waits for a person", "1 个答案待人工判定"),
        Text("{} answers wait for a person", "{} 个答案待人工判定"),
    ),
    "pages": (Text("1 page", "1 页"), Text("{} pages", "{} 页")),
    "sheets": (Text("1 sheet", "1 份答题卡"), Text("{} sheets", "{} 份答题卡")),
    "doubts": (Text("1 doubt", "1 处疑问"), Text("{} doubts", "{} 处疑问")),
    "submissions": (Text("1 answer", "1 份答案"), Text("{} answers", "{} 份答案")),
    "failed": (
        Text("1 could not be marked", "1 份无法批改"),
        Text("{} could not be marked", "{} 份无法批改"),
    ),
    "raised": (Text("1 raised", "1 份提高"), Text("{} raised", "{} 份提高")),
    "lowered": (Text("1 lowered", "1 份降低"), Text("{} lowered", "{} 份降低")),
    "credited": (Text("1 credited", "1 份给满分"), Text("{} credited", "{} 份给满分")),
}

TOPICS: Final[Mapping[str, Text]] = {
    "cnn::size": Text("Sizes", "尺寸"),
    "cnn::convolution": Text("Convolution", "卷积"),
    "cnn::parameters": Text("Parameters", "参数"),
    "cnn::memory": Text("Memory", "内存"),
    "cnn::pooling": Text("Pooling", "池化"),
    "cnn::normalization": Text("Normalization", "归一化"),
    "cnn::multiply-adds": Text("Multiply-adds", "乘加次数"),
    "cnn::receptive-field": Text("Receptive field", "感受野"),
    "cnn::architectures": Text("Architectures", "网络结构"),
    "queueing": Text("Queueing", "排队论"),
    "floating-point": Text("Floating point", "浮点数"),
}


def say(name: str, language: str, **values: object) -> str:
    """The wording in that language, with the values put in.

    >>> say("tries", "zh", used=1, allowed=3)
    '已用 1 / 3 次'
    """
    return WORDS[name].in_(language).format(**values)


def counted(what: str, count: int, language: str) -> str:
    """So many of what a job's result counts.

    >>> counted("questions", 1, "en"), counted("variants", 1200, "en"), counted("papers", 2, "zh")
    ('1 question', '1,200 variants', '2 份试卷')
    """
    one, several = COUNTED[what]
    return (one if count == 1 else several).in_(language).format(f"{count:,}")


def topic(tag: str, language: str) -> str:
    """A tag as a heading: its own, else that of the tag above it, else the tag itself.

    >>> topic("cnn::memory", "zh"), topic("queueing::mm1", "en"), topic("graphs::trees", "en")
    ('内存', 'Queueing', 'graphs: trees')
    """
    above = tag.partition("::")[0]
    for name in (tag, above):
        if name in TOPICS:
            return TOPICS[name].in_(language)
    return tag.replace("::", ": ")
