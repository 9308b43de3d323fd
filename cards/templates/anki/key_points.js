// Whether a typed text says a key point, as the homework decides it: words in their order, with no
// denial that isn't the wording's own. What is not recognised is held: the student compares.
const DENIALS = new Set(/*DENIALS*/ []);
const ARTICLES = new Set(["a", "an", "the"]);
const LONGEST = 1000;
const INTERJECTION =
  /^\s*(?:no|yes|indeed|right|well|不是的?|不对|不|没有|否|是的?|对)\s*[,;.:!，；。：！、]\s*(?=\S)/i;

function wordsOf(text) {
  const normal = text.normalize("NFKC").toLowerCase().replace(/’/g, "'");
  const found = normal.match(/[a-z0-9]+(?:'[a-z]+)?|(?![a-z])[\p{L}\p{Nl}\p{No}]/gu) || [];
  return found.filter((word) => !ARTICLES.has(word));
}
const denials = (said) => said.filter((word) => DENIALS.has(word)).length;
const within = ([start, stop], spans) => spans.some(([first, last]) => first <= start && stop <= last);

// Where the wordings stand in what was said.
function stretches(said, wordings) {
  return wordings.map(wordsOf).flatMap((wording) => {
    if (!wording.length || denials(said) !== denials(wording)) return [];
    const starts = Array.from({ length: Math.max(said.length - wording.length + 1, 0) }, (_, start) => start);
    return starts
      .filter((start) => wording.every((word, at) => said[start + at] === word))
      .map((start) => [start, start + wording.length]);
  });
}

function judgedPoint({ accept, others, reject }, raw) {
  const letters = Array.from(raw);
  const said = wordsOf(letters.slice(0, LONGEST + 1).join("").replace(INTERJECTION, ""));
  if (letters.length > LONGEST || !said.length) return { kind: "held" };
  const [accepted, rejected, other] = [accept, reject, others].map((wordings) => stretches(said, wordings));
  const right = accepted.filter((span) => !within(span, rejected));
  const wrong = rejected.filter((span) => !within(span, accepted));
  if (right.length && !wrong.length && other.every((span) => within(span, right))) return { kind: "found" };
  return { kind: wrong.length && !right.length ? "opposite" : "held" };
}

// A gap's own words are the accepted ones; signs, such as ×, count where there are no words.
function judgedGap(hidden, raw) {
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/(\d)[,\s](?=\d{3}(?!\d))/g, "$1").trim();
  const [wanted, typed] = [plain(hidden), plain(raw)];
  if (wanted === typed) return { kind: "found" };
  return judgedPoint({ accept: [wanted], others: [], reject: [] }, typed);
}
