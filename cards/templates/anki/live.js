// A live card: one of many variants chosen at the front, the same at the back, typed answers
// marked there. Whatever fails leaves the first variant standing as it is.

// Without a session both sides can only agree on the day (which turns at four in the morning).
function ofTheDay(count) {
  const day = new Date(Date.now() - 4 * 3600 * 1000).toDateString();
  let hash = 7;
  for (const character of memory + day) hash = (hash * 31 + character.codePointAt(0)) % 1000003;
  return hash % count;
}
function chosen(count, before) {
  if (count < 2) return 0;
  const other = Math.floor(Math.random() * (count - 1));
  return known(count, before) ? other + (other >= before) : Math.floor(Math.random() * count);
}
const known = (count, variant) => variant !== null && variant < count;

// Texts that differ between variants are stored once, with columns for what differs.
function unfolded(node, columns, variant) {
  if (node === null || typeof node !== "object") return node;
  if (Array.isArray(node)) return node.map((one) => unfolded(one, columns, variant));
  if (!node.$) return Object.fromEntries(Object.entries(node).map(([key, one]) => [key, unfolded(one, columns, variant)]));
  const pieces = node.$.map((piece) => (typeof piece === "number" ? columns[piece][variant] : piece));
  return pieces.length === 1 ? pieces[0] : pieces.join("");
}

// The screen scrolls to where the answer begins.
function begin(place, kinds) {
  place.before(document.getElementById("answer"));
  advise(place, kinds);
}

const SHOWS = {
  numeric: {
    front(data) {
      data.parts.forEach((part, at) => {
        const place = front.querySelector(`[data-part="${at}"]`);
        const echo = made("span", "gk-read");
        const reads = (value) => {
          const reading = readAnswer(value, part.asked);
          echo.textContent = reading.unreadable ? "" : ` · ${words.read} ${reading.text}`;
        };
        const input = box(boxId(at), `${words.type} ${at + 1}`, reads);
        if (input.value) reads(input.value);
        place.querySelector(".gk-ask").after(entry(input, made("span", "gk-unit", part.unit)));
        place.querySelector(".gk-rule").append(echo);
      });
      front.append(made("p", "gk-keys", words.keys));
    },
    back(data) {
      const kinds = data.parts.map((_, at) => {
        const place = front.querySelector(`[data-part="${at}"]`);
        const answer = back.querySelector(`[data-part="${at}"]`);
        const typed = typedInto(boxId(at));
        place.append(answer);
        if (!typed) return "unread";
        const judged = judgedNumber(data.parts, at, typed);
        tell(answer, typed, judged);
        return judged.kind;
      });
      begin(front.querySelector(".gk-part"), kinds);
    },
  },
  choice: {
    front(data) {
      const statements = [...front.querySelectorAll(".gk-statement")];
      const letters = statements.map((one) => one.dataset.letter);
      const picked = () => readLetters(letters, data.single, input.value).picked || [];
      const changed = () =>
        statements.forEach((one) => one.classList.toggle("gk-chosen", picked().includes(one.dataset.letter)));
      const input = box(boxId(0), words.type, changed);
      statements.forEach((one) => one.addEventListener("click", () => {
        const { letter } = one.dataset;
        const others = picked().filter((other) => other !== letter);
        const now = picked().includes(letter) ? others : data.single ? [letter] : [...others, letter];
        input.value = now.sort().join(", ");
        input.dispatchEvent(new Event("input"));
      }));
      changed();
      front.append(entry(input), made("p", "gk-keys", data.single ? words.one : words.pick));
    },
    back(data) {
      const statements = [...front.querySelectorAll(".gk-statement")];
      const typed = typedInto(boxId(0));
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
      begin(typed ? front.querySelector(".gk-yours") : list, [judged.kind]);
    },
  },
};

function show() {
  const { count, shown, columns } = about;
  if (!hasSession) review.variant = ofTheDay(count);
  else if (atFront && !(again && known(count, review.variant))) review.variant = chosen(count, review.variant);
  else if (!known(count, review.variant)) review.variant = ofTheDay(count);
  keep();
  const data = unfolded(shown, columns, review.variant);
  front.innerHTML = data.front;
  if (back) back.innerHTML = data.back;
  card.classList.add("gk-live");
  SHOWS[card.dataset.kind][card.dataset.side](data);
  if (atFront) focusFirst();
}

try { show(); } catch (fault) { console.error("gradeck", fault); }
