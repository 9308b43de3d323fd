"""The job that writes questions for another system: Moodle, Canvas, or a reader of QTI."""

from dataclasses import asdict, dataclass
from itertools import count

from cards.exam.plan_file import load_plan
from cards.lms.choosing import Selection, Wish, bank_selection, plan_selection
from cards.lms.exporting import make_export
from cards.lms.format import Layout
from cards.lms.table import FORMATS
from grader.errors import UnknownNameError
from grader.wording import CHOICES, LANGUAGES
from service.auth.identity import Identity
from service.auth.roles import STAFF, TEACHER
from service.bank.folders import exam_plans, load
from service.classroom.access import staff_somewhere
from service.classroom.refusals import Refusal
from service.config import Config
from service.jobs.job import STEP, Done, Job
from service.running import Service
from service.store.jobs import add_job

MOST_VARIANTS = 50


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What is to be exported: a format's name, a language or both, and which questions.

    Those of an exam's `plan`, or those with a `tag`, or the `questions` named; all without any.
    """

    format: str
    lang: str = "en"
    tag: str = ""
    questions: tuple[str, ...] = ()
    plan: str = ""
    variants: int = 1
    apart: bool = False


def ask_export(service: Service, who: Identity, wish: ExportWish) -> str:
    """The id of a job that writes questions in a format; both languages where it can hold them.

    An exam's plan is for teachers alone: who assists need not know what an exam will ask.
    """
    lms = FORMATS.get(wish.format)
    if lms is None or wish.lang not in CHOICES or not 1 <= wish.variants <= MOST_VARIANTS:
        raise Refusal("bad-values", "there is no such format, language or number of variants")
    if wish.lang == "both" and not lms.several_languages:
        detail = (
            f"a file for {lms.name} holds one language: ask for {' or '.join(LANGUAGES)}, and again"
        )
        raise Refusal("bad-values", detail)
    if wish.plan and (wish.tag or wish.questions):
        detail = "a plan names its own questions: ask for the plan, or for questions, not for both"
        raise Refusal("bad-values", detail)
    with service.store.write() as connection:
        staff_somewhere(connection, who, TEACHER if wish.plan else STAFF)
        job_id = add_job(connection, who, "export", asdict(wish))
    service.work_waits()
    return job_id


def do_export(job: Job) -> Done:
    """How many questions and variants the file has, what each question loses, and its name."""
    wish = ExportWish(**job.params)
    lms = FORMATS[wish.format]
    path = job.file(lms.suffix)
    selection = _selection(job.config, wish)
    done = count(1)

    def advance() -> None:
        if (number := next(done)) % STEP == 0 or number == len(selection.groups):
            job.progress(number, len(selection.groups))

    languages = CHOICES[wish.lang]
    secret = job.config.seed_secret()
    asked = Wish(lms.speech(languages), wish.variants, secret, selection.mistake_share)
    layout = Layout(selection.title, selection.part_of, languages[0], apart=wish.apart)
    made = make_export(lms, selection.groups, asked, layout, on_group=advance)
    path.write_bytes(made.content)
    losses = {question: list(names) for question, names in made.losses.items()}
    result = {
        "questions": made.questions,
        "variants": made.items,
        "losses": losses,
        "notes": list(made.notes),
    }
    return result, path.name


def _selection(config: Config, wish: ExportWish) -> Selection:
    bank = load(config.bank)
    if not wish.plan:
        return bank_selection(bank, wish.questions, wish.tag)
    plans = exam_plans(config.bank)
    if wish.plan not in plans:
        raise UnknownNameError("exam plan", wish.plan, plans)
    return plan_selection(load_plan(plans[wish.plan], bank))
