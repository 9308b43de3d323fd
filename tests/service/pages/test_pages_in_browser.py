"""The demo in a real Chromium: keys, no script, narrow and dark, in both languages."""

import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.service.world.screenshots import (
    FLAGS,
    QUESTION,
    Look,
    answer,
    chromium,
    open_question,
    page_of,
    sign_in,
    without_bias,
)
from tests.service.world.servers import Process, free_port, until

pytestmark = pytest.mark.browser

SERVE = "import sys; from service.commands.serve import serve; serve(sys.argv[1:])"
RATES = {"GRADECK_RATE_LOGIN": "1000/minute", "GRADECK_RATE_SUBMIT": "1000/minute"}
BOTH = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running demo."""
    folder = tmp_path_factory.mktemp("demo")
    port = free_port()
    command = [sys.executable, "-c", SERVE, "--demo", "--port", str(port), "--data", str(folder)]
    server = Process(command, folder / "log", env=RATES)
    server.start()

    def answers() -> bool:
        if not server.is_alive():
            raise RuntimeError((folder / "log").read_text(encoding="utf-8"))
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(answers, pause=0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A new visitor's page; whatever it complains about fails the test."""
    with page_of(browser, address) as opened:
        complaints: list[str] = []
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        yield opened
        assert [] == complaints


def test_forgotten_biases_are_named(page: Page) -> None:
    """By keys alone: a guest starts, forgets the biases, is told so, and mends it."""
    open_question(page)
    answer(page, *without_bias(page))
    expect(page.locator(".feedback").first).to_contain_text("the bias was forgotten")
    expect(page.locator(".read").first).to_contain_text("read as")
    expect(page.locator("#announce")).to_contain_text("0 of 2 right")
    expect(page.locator("#answer-lowest, .part input").first).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("main h1").click()
    page.keyboard.press("s")
    answers = page.locator(".solution p strong")
    expect(answers).to_have_count(2)
    right = [re.sub(r"^\D*", "", text) for text in answers.all_text_contents()]
    answer(page, *right)
    expect(page.locator(".feedback.right")).to_have_count(2)
    expect(page.locator("#rated")).to_contain_text("Again")


def test_keys_rate_and_go_on(page: Page) -> None:
    """After an answer 1 to 4 say how it went, v deals new numbers, Enter goes on."""
    open_question(page)
    text = page.locator("main .prose").inner_text()
    answer(page, "1", "2")
    page.locator("main h1").click()
    page.keyboard.press("3")
    expect(page.locator("button[data-key='3']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("v")
    expect(page.locator("main .prose")).not_to_have_text(text)
    expect(page.locator("main h1")).to_have_text("Parameters of three convolutional layers")
    assert page.locator(".feedback").count() == 0


def test_nothing_typed_is_lost_when_the_service_is_away(browser: Browser, address: str) -> None:
    """Not reached, then an error, then back: the answers stay in their boxes throughout."""
    with page_of(browser, address) as page:
        open_question(page)
        texts = without_bias(page)
        boxes = page.locator("main .part .entry input")
        for place, text in enumerate(texts):
            boxes.nth(place).fill(text)
        page.route("**/variants/*", lambda route: route.abort())
        boxes.last.press("Enter")
        expect(page.locator("#notice")).to_contain_text("could not be reached")
        page.unroute("**/variants/*")
        page.route("**/variants/*", lambda route: route.fulfill(status=502, body="<p>proxy</p>"))
        page.locator("button[value=check]").click()
        expect(page.locator("#notice")).to_contain_text("could not be reached")
        expect(boxes.first).to_have_value(texts[0])
        page.unroute("**/variants/*")
        page.locator("button[value=check]").click()
        expect(page.locator(".feedback").first).to_contain_text("the bias was forgotten")


def test_digits_that_are_typed_are_no_keys(page: Page) -> None:
    """Keys do nothing while somebody types an answer."""
    open_question(page)
    answer(page, "1", "2")
    before = page.url
    page.locator(".part input").first.press_sequentially("12 34 vhns")

    assert before == page.url
    expect(page.locator("button[data-key='1']")).to_have_attribute("aria-pressed", "true")


def test_everything_works_without_scripts(browser: Browser, address: str) -> None:
    """Without JavaScript the same forms do the same."""
    with page_of(browser, address, Look(script=False)) as page:
        open_question(page)
        page.locator("main form[action$='/hint'] button").click()
        expect(page.locator(".hint")).to_have_count(1)
        answer(page, *without_bias(page))
        expect(page.locator(".feedback").first).to_contain_text("the bias was forgotten")
        page.locator("button[data-key='2']").click()
        expect(page.locator("#rated")).to_contain_text("Hard")
        page.locator("form.reveal button").click()
        expect(page.locator(".solution")).to_have_count(2)
        page.locator("form[action='/practice'] button").click()
        expect(page.locator("h1#title")).to_be_visible()


def test_a_figure_shows_a_number_once_it_is_answered(page: Page) -> None:
    """The output's size is a question mark before the answer and stands there after it."""
    open_question(page, "cnn/size-valid")
    assert "output ? × ?" in (page.locator("main svg").text_content() or "")
    answer(page, *["1"] * page.locator(".part input").count())
    page.locator("main h1").click()
    page.keyboard.press("s")
    page.wait_for_selector(".solution")
    shown = page.locator("main svg").text_content() or ""

    assert re.search(r"output \d+ × \d+", shown)


def test_statements_are_chosen_by_clicks(page: Page) -> None:
    """A choice question takes ticks, and gives a reason for each statement."""
    page.goto("/")
    page.locator("form[action^='/practice/cnn/'][action*='statements'] button").first.click()
    boxes = page.locator(".option input")
    expect(boxes.first).to_be_visible()
    boxes.first.check()
    page.locator("button[value=check]").click()
    page.wait_for_selector(".feedback")
    expect(boxes.first).to_be_checked()


@BOTH
@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_no_page_is_wider_than_its_window(
    browser: Browser, address: str, language: str, phone: bool
) -> None:
    """Only tables and figures scroll sideways, within themselves."""
    with page_of(browser, address, Look(phone=phone, language=language)) as page:
        sign_in(page, "teacher")
        paths = [
            "/",
            "/homework",
            "/progress",
            "/teaching",
            "/teaching/exams",
            "/teaching/jobs",
            "/account",
            "/sign-in",
            "/nowhere",
        ]
        page.goto("/teaching")
        links = [link.get_attribute("href") or "" for link in page.locator("main .links a").all()]
        for path in [*paths, *links]:
            page.goto(path)
            assert fits(page), path
        open_question(page)
        answer(page, "1", "2")
        assert fits(page)


def fits(page: Page) -> bool:
    """Whether the page needs no scrolling sideways."""
    return bool(
        page.evaluate(
            "document.scrollingElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


CONTRAST = """
() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *:not(svg *)")) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const box = element.getBoundingClientRect();
    if (!words || !box.width || element.closest(".unseen, .skip, math")) continue;
    const [one, two] = [parse(getComputedStyle(element).color), ground(element)].map(light);
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) poor.push(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return poor;
}
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_words_stand_out(browser: Browser, address: str, dark: bool) -> None:
    """Every text has a contrast of 4.5 to 1 to what it stands on."""
    with page_of(browser, address, Look(dark=dark)) as page:
        open_question(page)
        answer(page, without_bias(page)[0], "x")
        assert [] == page.evaluate(CONTRAST)
        page.goto("/")
        assert [] == page.evaluate(CONTRAST)
        sign_in(page, "teacher")
        page.goto("/teaching")
        page.locator("main .links a").first.click()
        page.wait_for_selector(".tabs")
        assert [] == page.evaluate(CONTRAST)
        for path in ("/teaching/exams", exam_of(page)):
            page.goto(path)
            assert [] == page.evaluate(CONTRAST)


def exam_of(page: Page) -> str:
    """The way to the demo's exam, for its teacher."""
    page.goto("/teaching")
    return page.locator("main .links a[href$='/exam']").first.get_attribute("href") or ""


def test_an_exams_forms_have_names_and_work_without_scripts(browser: Browser, address: str) -> None:
    """A teacher sets an exam, long over so that it stands last, and comes to its papers."""
    with page_of(browser, address, Look(script=False)) as page:
        sign_in(page, "teacher")
        for path in ("/teaching/exams", exam_of(page)):
            page.goto(path)
            assert 1 == page.locator("main h1").count()
            for box in page.locator("main :is(input:not([type=hidden]), select, textarea)").all():
                assert box.evaluate("one => one.labels.length || one.ariaLabel"), path
        page.goto("/teaching/exams")
        page.select_option("#plan", "midterm")
        page.fill("#title", "Resit")
        page.fill("#opens_at", "2020-06-01T09:00")
        page.fill("#due_at", "2020-06-01T10:00")
        page.locator("main button").click()
        expect(page.locator("main h1")).to_have_text("Resit")
        expect(page.locator(".chips").first).to_contain_text("20 points")
        page.locator("form[action$='/marks'] button").wait_for()
        expect(page.locator("form[action$='/marks'] button")).to_be_disabled()


def test_dark_pages_are_dark(browser: Browser, address: str) -> None:
    """Whoever asked the system for dark pages gets them, figures included."""
    with page_of(browser, address, Look(dark=True)) as page:
        open_question(page)
        colours = page.evaluate(
            "[document.body, document.querySelector('svg text')]"
            ".map((one) => getComputedStyle(one)).map((one) => [one.backgroundColor, one.fill])"
        )

    assert colours[0][0] == "rgb(19, 23, 31)"
    assert colours[1][1] == "rgb(227, 233, 244)"


@BOTH
def test_every_field_and_button_has_a_name(browser: Browser, address: str, language: str) -> None:
    """Whoever listens to the page hears what each box and button is for."""
    with page_of(browser, address, Look(language=language)) as page:
        for question in (QUESTION, "cnn/size-valid"):
            open_question(page, question)
            nameless = page.evaluate(
                "[...document.querySelectorAll('main input:not([type=hidden]), main select')]"
                ".filter((one) => !one.labels.length || !one.labels[0].innerText.trim()).length"
            )
            assert nameless == 0
            assert page.locator("main h1").count() == 1
            assert page.locator("main svg[role=img] > title").first.inner_html()


def test_the_language_is_switched_and_kept(page: Page) -> None:
    """The switch stays on the same question, and the next page is in that language too."""
    open_question(page)
    page.get_by_role("link", name="中文").click()
    expect(page.locator("main h1")).to_have_text("三个卷积层的参数")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.goto("/progress")
    expect(page.locator("main h1")).to_have_text("进度")


def test_homework_counts_tries_and_keeps_drafts(page: Page) -> None:
    """A draft uses no try and is there again later; a check uses one."""
    sign_in(page, "student")
    page.goto("/homework")
    page.locator("main .list a").first.click()
    page.locator("main ol.list .name :is(a, button)").nth(3).click()
    expect(page.locator(".chips")).to_contain_text("0 of 3 tries used")
    page.locator(".part input").first.fill("4")
    page.locator("button[value=draft]").click()
    expect(page.locator("#draft")).to_contain_text("Draft saved")
    page.reload()
    expect(page.locator(".part input").first).to_have_value("4")
    page.locator("button[value=check]").click()
    page.wait_for_selector(".feedback")
    expect(page.locator(".chips")).to_contain_text("1 of 3 tries used")
    assert page.locator(".solution").count() == 0
    expect(page.locator("main")).to_contain_text("opens when your teacher releases it")


def test_a_teacher_previews_a_regrade(page: Page) -> None:
    """With an unchanged question nobody's score would change, and nothing can be applied."""
    sign_in(page, "teacher")
    page.goto("/teaching")
    page.locator("main a[href$='/regrade']").first.click()
    page.locator("button[value=preview]").click()
    expect(page.locator("#result")).to_contain_text("Nobody's score would change.", timeout=120_000)
    assert page.locator("button[value=apply]").count() == 0


def test_a_teacher_sees_the_class(page: Page) -> None:
    """Statistics have both charts and a line a question; the gradebook has everybody."""
    sign_in(page, "teacher")
    page.goto("/teaching")
    page.locator("main a[href$='/statistics']").first.click()
    expect(page.locator("main figure svg")).to_have_count(2)
    expect(page.locator("tbody tr")).to_have_count(5)
    page.locator(".tabs a").nth(1).click()
    expect(page.locator("tbody tr")).to_have_count(41)
    with page.expect_download() as download:
        page.locator("a[download]").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 42


def test_pages_obey_their_policy(address: str) -> None:
    """The policy allows no inline code, and static files may be kept by browsers."""
    answer_page = httpx.get(address)
    policy = answer_page.headers["Content-Security-Policy"]
    style = re.search(r'href="(/static/gradeck.css\?v=\w+)"', answer_page.text)

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert style
    assert "max-age=86400" in httpx.get(f"{address}{style[1]}").headers["Cache-Control"]
