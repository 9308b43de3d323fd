"""The job that writes questions for another system: Moodle, Canvas, or a reader of QTI."""

from dataclasses import asdict, dataclass
from itertools import count

from cards.lms.choosing import Wish, bank_groups, chosen
from cards.lms.exporting import make_export
from cards.lms.format import Layout
from cards.lms.making import Speech, alone
from cards.lms.table import FORMATS
from service.auth.identity import Identity
from service.bank.folders import load
from service.classroom.access import staff_somewhere
from service.classroom.refusals import Refusal
from service.jobs.decks import LANGUAGES
from service.jobs.job import STEP, Done, Job
from service.running import Service
from service.store.jobs import add_job

MOST_VARIANTS = 50


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What is to be exported: a format's name, a language or both, a tag or some questions."""

    format: str
    lang: str = "en"
    tag: str = ""
    questions: tuple[str, ...] = ()
    variants: int = 1
    apart: bool = False


def ask_export(service: Service, who: Identity, wish: ExportWish) -> str:
    """The id of a job that writes questions in a format; both languages where it can hold them."""
    lms = FORMATS.get(wish.format)
    if lms is None or wish.lang not in LANGUAGES or not 1 <= wish.variants <= MOST_VARIANTS:
        raise Refusal("bad-values", "there is no such format, language or number of variants")
    if wish.lang == "both" and not lms.several_languages:
        detail = f"a file for {lms.name} holds one language: ask for en or zh, and again"
        raise Refusal("bad-values", detail)
    with service.store.write() as connection:
        staff_somewhere(connection, who)
        job_id = add_job(connection, who, "export", asdict(wish))
    service.work_waits()
    return job_id


def do_export(job: Job) -> Done:
    """How many questions and variants the file has, what each question loses, and its name."""
    wish = ExportWish(**job.params)
    lms = FORMATS[wish.format]
    path = job.file(lms.suffix)
    groups = bank_groups(chosen(load(job.config.bank), wish.questions, wish.tag))
    done = count(1)

    def advance() -> None:
        if (number := next(done)) % STEP == 0 or number == len(groups):
            job.progress(number, len(groups))

    languages = LANGUAGES[wish.lang]
    speech = Speech(languages, lms.join if len(languages) > 1 else alone)
    asked = Wish(speech, wish.variants, job.config.seed_secret())
    part_of = ", ".join(filter(None, (*wish.questions, wish.tag)))
    layout = Layout(part_of=part_of, language=languages[0], apart=wish.apart)
    made = make_export(lms, groups, asked, layout, on_group=advance)
    path.write_bytes(made.content)
    losses = {question: list(names) for question, names in made.losses.items()}
    result = {
        "questions": made.questions,
        "variants": made.items,
        "losses": losses,
        "notes": list(made.notes),
    }
    return result, path.name
