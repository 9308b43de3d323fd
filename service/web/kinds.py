"""The kinds of problems: each with its HTTP status and, for pages, a wording in each language.

`{detail}` in a wording is the sentence of the one who refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from grader.wording import Text


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """How a kind of problem is answered: its HTTP status, and its wording on pages."""

    status: int
    wording: Text


def _kind(status: int, en: str, zh: str) -> ProblemKind:
    return ProblemKind(status, Text(en, zh))


KINDS: Final[Mapping[str, ProblemKind]] = {
    # who is asking
    "not-signed-in": _kind(
        401,
        "You are not signed in any more. Sign in, in another window perhaps, then send it again.",
        "登录已过期。请（可在另一个窗口中）重新登录，然后再提交。",
    ),
    "bad-token": _kind(
        401, "This token is unknown, expired or revoked.", "令牌不存在、已过期或已撤销。"
    ),
    "wrong-password": _kind(
        401, "The login or the password is wrong. Try again.", "用户名或密码不正确，请重试。"
    ),
    "wrong-old-password": _kind(403, "The present password is another one.", "当前密码不正确。"),
    "scope-missing": _kind(403, "This needs a token that may do more.", "令牌的权限不足。"),
    "not-allowed": _kind(403, "This is not for your account.", "你的账户没有这个权限。"),
    "csrf": _kind(
        403,
        "This page was out of date. Nothing was sent; send it once more, or reload it first.",
        "页面已过期，没有提交。请再提交一次，或先刷新页面。",
    ),
    "too-many-requests": _kind(
        429, "That was too much at once. Wait a moment, then try again.", "操作太频繁，请稍候再试。"
    ),
    "quota": _kind(
        429,
        "That is as much as can be kept in a day. Nothing was lost; go on tomorrow.",
        "今天可保存的内容已满，已有内容不会丢失，请明天再继续。",
    ),
    "no-session": _kind(409, "There is no session to end here.", "这里没有可以结束的登录。"),
    # what was sent
    "bad-json": _kind(400, "{detail}", "JSON 无法读取：{detail}"),
    "bad-key": _kind(400, "{detail}", "Idempotency-Key 不符合要求：{detail}"),
    "not-json": _kind(415, "{detail}", "请求的内容应是 JSON：{detail}"),
    "not-csv": _kind(415, "{detail}", "名单应是 CSV 文件：{detail}"),
    # Pages give these sentences in the language of the one who reads.
    "bad-values": _kind(422, "{detail}", "{detail}"),
    "refused": _kind(422, "{detail}", "{detail}"),
    "faults": _kind(422, "{detail}", "文件有误：{detail}"),
    "key-reused": _kind(
        422,
        "These answers differ from those that this page sent before. Send them once more.",
        "答案与本页之前提交的不同，请再提交一次。",
    ),
    # what is not there
    "not-found": _kind(404, "{detail}", "找不到，或你无权查看。"),
    "unknown-name": _kind(404, "{detail}", "没有这个名称：{detail}"),
    "no-file": _kind(404, "There is no file, or no longer.", "没有文件，或文件已不在。"),
    "no-invite": _kind(
        404,
        "This invitation is unknown, used up or expired. Ask your teacher for a new one.",
        "邀请无效、已用完或已过期，请向老师索取新的邀请。",
    ),
    # what cannot be done in the present state
    "claimed": _kind(
        409, "This account has a password already: sign in.", "此账户已设置密码，请直接登录。"
    ),
    "login-taken": _kind(409, "This login is taken: choose another.", "用户名已被使用，请换一个。"),
    "on-paper": _kind(409, "{detail}", "考试在纸上作答：{detail}"),
    "no-exam": _kind(409, "This is homework, not an exam.", "这是作业，不是考试。"),
    "not-open": _kind(409, "This assignment has not opened yet.", "作业还没有开放。"),
    "closed": _kind(
        409,
        "This assignment is closed: answers are not taken any more.",
        "作业已截止，不再接收答案。",
    ),
    "no-attempts-left": _kind(
        409, "All tries at these numbers are used.", "这组数字的答题机会已用完。"
    ),
    "no-variants-left": _kind(
        409,
        "All tries and all sets of numbers of this question are used.",
        "这道题的所有机会和数字都已用完。",
    ),
    "not-answered": _kind(409, "Answer the question first.", "请先作答。"),
    "not-released": _kind(403, "The solution is not shown yet.", "解答还没有公布。"),
    "not-held": _kind(
        409, "There is nothing for a person to decide here.", "这里没有需要人工判定的答案。"
    ),
    "not-in-error": _kind(
        409,
        "Only what could not be graded can be graded again.",
        "只有评分出错的答案才能重新评分。",
    ),
    "solution-seen": _kind(
        409, "{detail}", "已经能看到解答的学生会因此还能得分，请先撤回公布：{detail}"
    ),
    "verdict-changed": _kind(
        409, "It has another verdict by now; look at it again.", "评分结果已经改变，请重新查看。"
    ),
    "changed-meanwhile": _kind(
        412, "Somebody changed it just now; look at it again.", "内容刚被别人修改，请重新查看。"
    ),
    "no-sheets": _kind(
        409,
        "No answer sheets were printed for this exam: its plan needs `answer_sheet: true`. "
        "Type the results instead.",
        "这场考试没有打印答题卡（方案中需要 `answer_sheet: true`）。请改为录入结果。",
    ),
    "no-room": _kind(
        507,
        "The files could not be stored: the disk is full. Nothing of them was kept.",
        "磁盘已满，文件没有保存。",
    ),
    "nothing-scanned": _kind(
        422, "Choose files first: PDFs, or pictures of the sheets.", "请先选择文件：PDF 或图片。"
    ),
    "not-settled": _kind(
        409,
        "Say of each of these what is written, or that nothing is: {detail}",
        "请逐一填写答案，或勾选“没有作答”：{detail}",
    ),
    "not-on-all-papers": _kind(
        409,
        "Only some papers have this question, so dropping it would be unfair to the others. "
        "Give full points to everybody who answered it instead.",
        "只有部分试卷有这道题，取消它对其他人不公平。可以改为作答者全部得满分。",
    ),
    "nothing-to-print": _kind(
        409,
        "Everybody has a paper already. The papers can be printed again below.",
        "所有人都已有试卷，可以在下方重新打印。",
    ),
    "question-changed": _kind(
        409,
        "The question's file has changed since the preview: preview again.",
        "预览之后题目文件又有改动，请重新预览。",
    ),
    "question-gone": _kind(
        409,
        "No file of the bank has this question any more. "
        "It can still be credited to all, or dropped.",
        "题库中已没有这道题。仍可以给所有人满分，或取消这道题。",
    ),
    "file-broken": _kind(
        422,
        "The question's file can't be read at the moment. {detail}",
        "题目文件目前无法读取。{detail}",
    ),
    # HTTP's own
    "method-not-allowed": _kind(
        405,
        "This address takes forms only; go back and use the button.",
        "此地址只接收表单，请返回并使用按钮。",
    ),
    "request-entity-too-large": _kind(413, "That was too long.", "内容过长。"),
    # the service itself
    "not-ready": _kind(503, "{detail}", "服务尚未就绪：{detail}"),
    "store-busy": _kind(
        503,
        "The database cannot be reached at the moment. Nothing was stored; try again shortly.",
        "暂时无法访问数据库，没有保存任何内容。请稍后再试。",
    ),
    "unforeseen": _kind(
        500,
        "This should not have happened. It was noted; nothing else is affected.",
        "出现意外错误，已记录，其他内容不受影响。",
    ),
}
