// What the cards of all kinds share: what is remembered from side to side, boxes, verdicts.
const WORDS = {
  en: {
    type: "your answer", read: "read as", yours: "You wrote", right: /*RIGHT.en*/ "", wrong: /*WRONG.en*/ "", unread: "Not read.",
    free: "This counts as no mistake.", keys: "Type the result or a sum; Enter turns the card.",
    pick: "Type the letters of the true statements, as in A, C, or tap them; Enter turns the card.",
    one: "Type the letter of the one true statement, or tap it; Enter turns the card.",
    good: "All right: press Good.", again: "Something was missed: press Again.", hinted: "Right after a hint: press Hard.",
    say: "Type it in your own words, or just think; Enter turns the card.",
    fill: "Type what is missing, or just think; Enter turns the card.",
    found: "The point is there.", opposite: "That is taken for something else.",
    held: "Not recognised: compare it yourself.",
  },
  zh: {
    type: "你的答案", read: "读作", yours: "你写的是", right: /*RIGHT.zh*/ "", wrong: /*WRONG.zh*/ "", unread: "无法读取。",
    free: "这不算错。", keys: "填写结果或算式；按回车键翻面。",
    pick: "填写正确说法的字母，如 A、C，或直接点选；按回车键翻面。", one: "填写唯一正确的说法的字母，或直接点选；按回车键翻面。",
    good: "全部正确：请按“良好”。", again: "有未答对之处：请按“重来”。", hinted: "看过提示后答对：请按“困难”。",
    say: "用自己的话填写，或只在心里作答；按回车键翻面。",
    fill: "填写空缺的内容，或只在心里作答；按回车键翻面。",
    found: "要点已写出。", opposite: "与要点不符。",
    held: "未能识别：请自行对照。",
  },
};

const MARKS = { right: "✓", wrong: "✗", unread: "?", found: "✓", opposite: "✗", held: "≟" };

const card = document.getElementById("gk");
const front = document.getElementById("gk-front");
const back = document.getElementById("gk-back");
const atFront = card.dataset.side === "front";
const words = WORDS[card.lang.startsWith("zh") ? "zh" : "en"];
const language = words === WORDS.zh ? "zh" : "en";
const about = JSON.parse(document.getElementById("gk-data").textContent || "{}");

// In the session, else for as long as the page lives.
const page = window.gradeckMemory || (window.gradeckMemory = {});
function recalled(name) {
  try { return JSON.parse(window.sessionStorage.getItem(name)) || null; } catch { return page[name] || null; }
}
function remember(name, value) {
  page[name] = value;
  try { window.sessionStorage.setItem(name, JSON.stringify(value)); return true; } catch { return false; }
}

// A front that comes again without its back (an edit, another look), or after another card's
// front that was left unturned (undo), is the same review: it keeps numbers and answers.
function shownAgain() {
  const now = `${card.dataset.side} ${card.dataset.key}`;
  const trail = recalled("gradeck-trail") || [];
  const [last, before] = [...trail].reverse();
  remember("gradeck-trail", [...trail, now].slice(-2));
  if (!atFront) return false;
  return last === now || (before === `back ${card.dataset.key}` && last.startsWith("front "));
}

// What of this review is known on both sides: the variant, what was typed into each box, whether
// a hint was opened. `window.gradeckCard` tells it to an add-on.
const memory = `gradeck:${card.dataset.key}`;
const again = shownAgain();
const review = { variant: null, typed: {}, hinted: false, ...recalled(memory) };
if (atFront && !again) Object.assign(review, { typed: {}, hinted: false });
function keep() {
  const { question = null, item = null, content_hash = null } = about;
  const typed = Object.fromEntries(Object.entries(review.typed).filter(([, text]) => text.trim()));
  window.gradeckCard = {
    key: card.dataset.key, question, language, item, content_hash, side: card.dataset.side, ...review, typed,
  };
  return remember(memory, review);
}
const hasSession = keep();
const boxId = (at) => (about.parts || [])[at] || String(at + 1);
const typedInto = (id) => (review.typed[id] || "").trim();

function made(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

// The desktop, AnkiWeb, AnkiMobile and AnkiDroid each turn a card by a call of their own.
function turn() {
  if (typeof pycmd === "function") pycmd("ans");
  else if (typeof study === "object" && typeof study.drawAnswer === "function") study.drawAnswer();
  else if (typeof showAnswer === "function") showAnswer();
  else if (typeof sendMessage2 === "function") sendMessage2("ankitap", "midCenter");
  else if (document.activeElement) document.activeElement.blur();
}

// A box for what is typed into part `id`; `onChange` is called with its text, once at first.
function box(id, label, onChange = () => {}) {
  const input = made("input", "gk-box");
  Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false, placeholder: words.type });
  input.setAttribute("autocapitalize", "off");
  input.setAttribute("autocorrect", "off");
  input.setAttribute("aria-label", label);
  input.value = review.typed[id] || "";
  input.addEventListener("input", () => {
    if (/[?？]/.test(input.value)) {
      input.value = input.value.replace(/[?？]/g, "");
      openHint();
    }
    review.typed[id] = input.value;
    keep();
    onChange(input.value);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const empty = !input.value.trim();
    if (event.key === "Escape") input.blur();
    if (event.key !== "Enter" && !(event.key === " " && empty)) return;
    event.preventDefault();
    event.stopPropagation();
    const boxes = [...card.querySelectorAll(".gk-box")];
    const later = boxes.slice(boxes.indexOf(input) + 1).find((one) => !one.value.trim());
    if (later && !empty) later.focus();
    else turn();
  });
  return input;
}

function entry(...inside) {
  const line = made("p", "gk-entry");
  line.append(...inside);
  return line;
}

function focusFirst() {
  const first = card.querySelector(".gk-box");
  if (!first || (window.matchMedia && window.matchMedia("(pointer: coarse)").matches)) return;
  const focus = () => { if (document.contains(first)) first.focus({ preventScroll: true }); };
  if (typeof onShownHook !== "undefined" && Array.isArray(onShownHook)) onShownHook.push(focus);
  window.setTimeout(focus, 0);
}

// What was typed and what it is worth, put before `place`.
function tell(place, typed, { kind, read = "", why = null, html = "" }) {
  const yours = made("p", "gk-yours", `${words.yours} `);
  yours.append(made("b", "", typed), read && read !== typed ? ` (${words.read} ${read})` : "");
  const verdict = made("div", `gk-verdict gk-${kind}`);
  const line = made("p", "");
  const reason = why ? ` ${why[language]}${kind === "unread" ? ` ${words.free}` : ""}` : "";
  line.append(made("strong", "", `${MARKS[kind]} ${words[kind]}`), reason);
  verdict.append(line);
  if (html) verdict.append(Object.assign(made("div", ""), { innerHTML: html }));
  place.before(yours, verdict);
}

// Which button fits; where something is wrong, Again does, whatever else wasn't read.
function advise(place, kinds) {
  if (!kinds.length || (kinds.includes("unread") && !kinds.includes("wrong"))) return;
  const right = kinds.every((kind) => kind === "right");
  const text = right ? (review.hinted ? words.hinted : words.good) : words.again;
  place.before(made("p", "gk-advice", text));
}

card.addEventListener("click", (event) => {
  const figure = event.target.closest(".gk-wide");
  if (figure) figure.classList.toggle("gk-large");
});
card.addEventListener("toggle", () => { review.hinted = true; if (atFront) keep(); }, true);

// "?" opens the next hint, and goes into no box: a key that Anki leaves free.
function openHint() {
  const next = [...document.querySelectorAll('#gk[data-side="front"] details')].find((hint) => !hint.open);
  if (next) next.open = true;
}
// Listened for once per page; in a box the text tells, whatever keyboard or input method wrote it.
if (!window.gradeckHints) {
  window.gradeckHints = true;
  document.addEventListener("keydown", (event) => {
    if (event.target.className === "gk-box" || !["?", "？"].includes(event.key)) return;
    if (!document.querySelector('#gk[data-side="front"] details')) return;
    event.preventDefault();
    openHint();
  });
}
