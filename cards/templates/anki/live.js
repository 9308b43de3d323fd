// A live card: one of many variants chosen at the front, the same at the back, typed answers
// marked there. Whatever fails leaves the first variant standing as it is.
const WORDS = {
  en: {
    type: "your answer", read: "read as", yours: "You wrote", right: "Correct.", wrong: "Not yet.", unread: "Not read.",
    free: "This counts as no mistake.", keys: "Type the result or a sum; Enter turns the card.",
    pick: "Type the letters of the true statements, as in A, C, or tap them; Enter turns the card.",
    one: "Type the letter of the one true statement, or tap it; Enter turns the card.",
    good: "All right: press Good.", again: "Something was missed: press Again.", hinted: "Right after a hint: press Hard.",
  },
  zh: {
    type: "你的答案", read: "读作", yours: "你写的是", right: "正确。", wrong: "还不对。", unread: "无法读取。",
    free: "这不算错。", keys: "填写结果或算式；按回车键翻面。",
    pick: "填写正确说法的字母，如 A、C，或直接点选；按回车键翻面。", one: "填写唯一正确的说法的字母，或直接点选；按回车键翻面。",
    good: "全部正确：请按“良好”。", again: "有未答对之处：请按“重来”。", hinted: "看过提示后答对：请按“困难”。",
  },
};

const MARKS = { right: "✓", wrong: "✗", unread: "?" };

const card = document.getElementById("gk");
const source = document.getElementById("gk-data").textContent;
const front = document.getElementById("gk-front");
const back = document.getElementById("gk-back");
const language = card.lang.startsWith("zh") ? "zh" : "en";
const words = WORDS[language];

// What is remembered from side to side: in the session, else for as long as the page lives.
const name = `gradeck:${card.dataset.key}`;
const page = window.gradeckMemory || (window.gradeckMemory = {});
function recalled() {
  try { return JSON.parse(window.sessionStorage.getItem(name)) || {}; } catch { return page[name] || {}; }
}
function remember(state) {
  page[name] = state;
  try { window.sessionStorage.setItem(name, JSON.stringify(state)); return true; } catch { return false; }
}
// Without a session both sides can only agree on the day (which turns at four in the morning).
function ofTheDay(count) {
  const day = new Date(Date.now() - 4 * 3600 * 1000).toDateString();
  let hash = 7;
  for (const character of name + day) hash = (hash * 31 + character.codePointAt(0)) % 1000003;
  return hash % count;
}
function chosen(count, before) {
  if (count < 2) return 0;
  const other = Math.floor(Math.random() * (count - 1));
  return before === undefined || before >= count ? Math.floor(Math.random() * count) : other + (other >= before);
}

// Texts that differ between variants are stored once, with columns for what differs.
function unfolded(node, columns, variant) {
  if (node === null || typeof node !== "object") return node;
  if (Array.isArray(node)) return node.map((one) => unfolded(one, columns, variant));
  if (!node.$) return Object.fromEntries(Object.entries(node).map(([key, one]) => [key, unfolded(one, columns, variant)]));
  const pieces = node.$.map((piece) => (typeof piece === "number" ? columns[piece][variant] : piece));
  return pieces.length === 1 ? pieces[0] : pieces.join("");
}

function made(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function turn() {
  if (typeof pycmd === "function") pycmd("ans");
  else if (typeof showAnswer === "function") showAnswer();
  else if (document.activeElement) document.activeElement.blur();
}

function box(label, onChange) {
  const input = made("input", "gk-box");
  Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false, placeholder: words.type });
  input.setAttribute("autocapitalize", "off");
  input.setAttribute("autocorrect", "off");
  input.setAttribute("aria-label", label);
  input.addEventListener("input", () => onChange(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    const boxes = [...card.querySelectorAll(".gk-box")];
    const later = boxes.slice(boxes.indexOf(input) + 1).find((one) => !one.value.trim());
    if (later && input.value.trim()) later.focus();
    else turn();
  });
  return input;
}

function focusFirst() {
  const first = card.querySelector(".gk-box");
  if (!first || (window.matchMedia && window.matchMedia("(pointer: coarse)").matches)) return;
  const focus = () => { if (document.contains(first)) first.focus({ preventScroll: true }); };
  if (typeof onShownHook !== "undefined" && Array.isArray(onShownHook)) onShownHook.push(focus);
  window.setTimeout(focus, 0);
}

// What was typed and what it is worth, put before `place`.
function tell(place, typed, { kind, read, why, html }) {
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

// The screen scrolls to where the answer begins; there stands which button fits.
function begin(place, kinds, hinted) {
  place.before(document.getElementById("answer"));
  if (!kinds.length || kinds.includes("unread")) return;
  const text = kinds.every((kind) => kind === "right") ? (hinted ? words.hinted : words.good) : words.again;
  place.before(made("p", "gk-advice", text));
}

const SHOWS = {
  numeric: {
    front(data, state) {
      data.parts.forEach((part, at) => {
        const place = front.querySelector(`[data-part="${at}"]`);
        const entry = made("p", "gk-entry");
        const echo = made("span", "gk-read");
        const input = box(`${words.type} ${at + 1}`, (value) => {
          state.typed[at] = value;
          remember(state);
          const reading = readAnswer(value, part.asked);
          echo.textContent = reading.unreadable ? "" : ` · ${words.read} ${reading.text}`;
        });
        entry.append(input, made("span", "gk-unit", part.unit));
        place.querySelector(".gk-ask").after(entry);
        place.querySelector(".gk-rule").append(echo);
      });
      front.append(made("p", "gk-keys", words.keys));
    },
    back(data, state) {
      const kinds = data.parts.map((_, at) => {
        const place = front.querySelector(`[data-part="${at}"]`);
        const answer = back.querySelector(`[data-part="${at}"]`);
        const typed = (state.typed[at] || "").trim();
        place.append(answer);
        if (!typed) return "unread";
        const judged = judgedNumber(data.parts, at, typed);
        tell(answer, typed, judged);
        return judged.kind;
      });
      begin(front.querySelector(".gk-part"), kinds, state.hinted);
    },
  },
  choice: {
    front(data, state) {
      const statements = [...front.querySelectorAll(".gk-statement")];
      const known = statements.map((one) => one.dataset.letter);
      const picked = () => readLetters(known, data.single, input.value).picked || [];
      const changed = () => {
        state.typed[0] = input.value;
        remember(state);
        statements.forEach((one) => one.classList.toggle("gk-chosen", picked().includes(one.dataset.letter)));
      };
      const input = box(words.type, changed);
      statements.forEach((one) => one.addEventListener("click", () => {
        const { letter } = one.dataset;
        const others = picked().filter((other) => other !== letter);
        const now = picked().includes(letter) ? others : data.single ? [letter] : [...others, letter];
        input.value = now.sort().join(", ");
        changed();
      }));
      const entry = made("p", "gk-entry");
      entry.append(input);
      front.append(entry, made("p", "gk-keys", data.single ? words.one : words.pick));
    },
    back(data, state) {
      const statements = [...front.querySelectorAll(".gk-statement")];
      const typed = (state.typed[0] || "").trim();
      const judged = judgedLetters(data, statements.map((one) => one.dataset.letter), typed);
      for (const one of statements) {
        const { letter } = one.dataset;
        const holds = data.true.includes(letter);
        const chosen = judged.picked.includes(letter);
        one.classList.add(holds ? "gk-true" : "gk-false");
        one.lastElementChild.append(back.querySelector(`[data-letter="${letter}"]`));
        one.classList.toggle("gk-chosen", chosen);
        one.classList.toggle("gk-missed", judged.kind !== "unread" && chosen !== holds);
      }
      back.querySelector(".gk-reasons").remove();
      const list = front.querySelector(".gk-statements");
      if (typed) tell(list, typed, judged);
      begin(typed ? front.querySelector(".gk-yours") : list, [judged.kind], state.hinted);
    },
  },
};

function show() {
  const folded = JSON.parse(source);
  const state = recalled();
  const session = remember(state);
  const atFront = card.dataset.side === "front";
  if (!session) state.variant = ofTheDay(folded.count);
  else if (atFront) state.variant = chosen(folded.count, state.variant);
  else if (!(state.variant < folded.count)) state.variant = ofTheDay(folded.count);
  if (atFront) Object.assign(state, { typed: [], hinted: false });
  if (!state.typed) state.typed = [];
  remember(state);
  const data = unfolded(folded.shown, folded.columns, state.variant);
  front.innerHTML = data.front;
  if (back) back.innerHTML = data.back;
  card.classList.add("gk-live");
  card.addEventListener("toggle", () => { state.hinted = true; if (atFront) remember(state); }, true);
  SHOWS[card.dataset.kind][card.dataset.side](data, state);
  if (atFront) focusFirst();
}

try { show(); } catch (fault) { console.error("gradeck", fault); }
