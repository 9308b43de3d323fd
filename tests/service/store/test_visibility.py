"""Every query is for somebody: it asks `visible_to`, or for one's own rows, or has a reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
# What a request can reach; migrations run before there is anybody.
FOLDERS = (
    "api", "pages", "web", "classroom", "bank", "auth", "store", "jobs", "commands", "demo", "",
)  # fmt: skip
STATEMENTS = {"select", "update", "delete"}
# How a query says for whom it is.
NAMED = ("visible_to(", "who.user_id", "bindparam('who')")

# The others, each with its reason. Nothing else may ask the tables.
REASONS = {
    # behind a check that stands in front of every use
    "store.reading.verdicts_on": "of a variant that was found by visible_to",
    "store.deadlines.deadline": "of a variant that was found by visible_to",
    "store.deadlines.deadlines": "of an assignment that the user teaches",
    "store.courses.is_student": "in a course that the user teaches",
    "store.courses.enrolled_students": "in a course that the user teaches",
    "store.people.accounts_of": "logins of a roster, in a course that the user teaches",
    "store.people.is_login_taken": "a login that somebody who joins wants to have",
    "store.courses.end_claims": "in a course that the user teaches",
    "store.courses.had_claims": "in a course that the user teaches",
    "store.courses.move_to_section": "in a course that the user teaches",
    "store.people.claim_account": "the account that the invitation's token is for",
    "store.grades.all_students": "a job that a teacher of the course asked for",
    "store.verdicts.graded_answers": "a job that a teacher of the course asked for",
    "store.assignments.questions_by_assignment": "of assignments that were found by visible_to",
    "store.assignments.questions_of": "of an assignment that was found by visible_to",
    "store.assignments.drop_question": "a job that a teacher of the course asked for",
    "store.exams.find_exam": "of an assignment that was found by visible_to",
    "store.exams.sources_of": "of an exam that was found; they stay in the process",
    "store.exams.add_printing": "of an assignment that the user teaches",
    "store.exams.printings_of": "of an assignment that the user teaches",
    "store.exams.papers_of": "of an assignment that was found; staff alone are shown the list",
    "store.exams.set_states": "a job that a teacher of the course asked for",
    "store.exam_marks.exam_answers": "a job that a teacher of the course asked for",
    "store.exam_marks.forget_answer": "a job that a teacher of the course asked for",
    "store.assignments.change_assignment": "of an assignment that the user teaches",
    "store.assignments._change_question": "of an assignment that the user teaches",
    "store.assignments.end_extension": "of an assignment that the user teaches",
    "store.audit_log.notes": "of a course that the user teaches",
    "store.courses.rename_course": "a course that the user teaches",
    "store.courses.remove_member": "of a course that the user teaches",
    "store.courses.end_invites": "of a course that the user teaches",
    "store.practice.reveal_hint": "of a variant of one's own",
    "store.practice.rate": "of a variant of one's own",
    "store.practice.practised": "of a variant that was found by visible_to",
    "store.variants.latest_variant": "of the user that it is dealt to",
    "store.dialects.lock": "a lock, no row",
    "store.verdicts.replace_verdict": "of a submission that a regrade or visible_to found",
    "store.versions.version_source": "of a variant that was found; it stays in the process",
    # the user is who is found
    "store.courses.find_invite": "by a token of 256 bits",
    "store.courses.use_invite": "by a token of 256 bits",
    "store.people.find_user": "by the login that somebody signs in with",
    "store.people.change_user": "by the operator's command",
    "store.people.set_password": "of the user who proved it, or by the operator's command",
    "store.people.close_session": "the session that the request came with",
    "store.people.close_sessions": "of the user who proved it, or by the operator's command",
    "store.people.list_tokens": "of the user who asks",
    "store.people._revoke": "of the user who asks, or by the operator's command",
    "store.people.add_token": "the token that the request came with",
    "store.practice.review_log": "of the user who asks",
    # nobody asks: the process does
    "store.people.identity_of": "who asked for the job",
    "store.submissions.waiting_by_status": "counts, for administrators",
    "store.submissions.oldest_waiting": "counts, for administrators",
    "store.submissions.check_tables": "whether there is a table",
    "store.jobs.claim_job": "the worker's next",
    "store.jobs._change": "the worker's own",
    "store.moments.now": "the clock",
    "store.pruning.prune": "what is over, whoever's it was",
    "store.pruning._forget_files": "what is over, whoever's it was",
    "store.pruning._remove_guests": "what is over, whoever's it was",
    "store.pruning._remove_users": "what is over, whoever's it was",
    "store.installation.kind_of": "what the process is started on",
    "store.reading._with_question": "its callers add the clause",
    "store.variants.variant_of_seed": "the demo's student",
}


def functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """All functions, by their dotted names, the outermost only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}.{node.name}")
        elif isinstance(node, ast.FunctionDef):
            yield f"{prefix}.{node.name}", node


def asking() -> dict[str, str]:
    """The functions that ask the tables, with their source."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / "service" / folder).glob("*.py")):
            prefix = f"{folder}.{path.stem}".lstrip(".")
            for name, node in functions(ast.parse(path.read_text(encoding="utf-8")), prefix):
                calls = {
                    inner.func.id
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
                }
                if calls & STATEMENTS:
                    found[name] = ast.unparse(node)
    return found


def test_every_query_is_for_somebody() -> None:
    """A function that asks the tables says for whom, or is listed with its reason."""
    clauses = {name for name in asking() if name.startswith("store.visibility.")}
    open_ones = {
        name
        for name, source in asking().items()
        if name not in clauses and not any(word in source for word in NAMED)
    }

    assert set() == open_ones - set(REASONS)


def test_no_reason_is_out_of_date() -> None:
    """A reason whose function is gone, or says for whom by now, is struck out."""
    found = asking()

    assert set() == {
        name for name in REASONS if name not in found or any(word in found[name] for word in NAMED)
    }
