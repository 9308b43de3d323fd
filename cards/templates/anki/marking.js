// What a typed answer is worth, as the homework marks one part by itself. Nothing of the page is
// touched here; shared rows hold it to the homework's marking.
const OTHER_PREFIX = { ...TWINS, ...Object.fromEntries(Object.entries(TWINS).map(([decimal, binary]) => [binary, decimal])) };

// Without bounds: what was read is bounded already.
const distance = ([a, b], [c, d]) => absolute([a * d - c * b, b * d]);
function near(value, right, [kind, amount]) {
  const half = [1n, 2n];
  const tolerance = {
    exact: () => [0n, 1n],
    within: (share) => times(absolute(right), share),
    absolute: (most) => most,
    digits: (count) => (right[0] ? times(half, tenTo(magnitude(right) + 1 - Number(count[0]))) : [0n, 1n]),
    decimals: (count) => times(half, tenTo(-Number(count[0]))),
  }[kind](exact(amount));
  return compare(distance(value, right), tolerance) <= 0;
}

// The other prefix's sentence, where the number would be right in that unit.
function otherPrefix({ value, unit }, right, precision) {
  const other = OTHER_PREFIX[unit];
  if (!other) return null;
  const [[a, b], [c, d]] = [exact(UNITS[other][1]), exact(UNITS[unit][1])];
  if (!near([value[0] * a * d, value[1] * b * c], right, precision)) return null;
  return {
    en: `The number belongs to ${other}, the unit written is ${unit}. How many bytes are in each of the two?`,
    zh: `数字对应 ${other}，写的单位却是 ${unit}。这两个单位各是多少字节？`,
  };
}

const SEVERAL = { en: "More than one slip leads to this number:", zh: "不止一种疏忽会得到这个数：" };

// Which other box the text is the right answer to, if it is one.
function otherBox(parts, at, typed) {
  const found = parts.findIndex(({ asked, right, precision }, other) => {
    const reading = other === at ? { unreadable: true } : readAnswer(typed, asked);
    return !reading.unreadable && near(reading.value, exact(right), precision);
  });
  if (found < 0) return null;
  const [en, zh] = parts.length === 2 ? ["the other box", "另一个空"] : [`box ${found + 1}`, `第 ${found + 1} 个空`];
  return { en: `That is the answer to ${en}. What does this one ask for?`, zh: `这是${zh}的答案。这一空问的是什么？` };
}

// The nearest of the mistakes that lead to the answer: all that share its number.
function nearestMistakes({ mistakes, precision }, value) {
  const led = mistakes
    .filter((one) => one.exact !== null && near(value, exact(one.exact), precision))
    .map((one) => ({ ...one, away: distance(value, exact(one.exact)) }))
    .sort((one, other) => compare(one.away, other.away));
  return led.filter((one) => one.exact === led[0].exact);
}

// `why` says in both languages what the card knows by itself, `html` what the deck has for a mistake.
function judgedNumber(parts, at, typed) {
  const part = parts[at];
  const reading = readAnswer(typed, part.asked);
  if (reading.unreadable) return { kind: "unread", read: "", why: reading.unreadable, html: "" };
  const judged = (kind, why = null, html = "") => ({ kind, read: reading.text, why, html });
  const right = exact(part.right);
  if (near(reading.value, right, part.precision)) return judged("right");
  const mistakes = nearestMistakes(part, reading.value);
  const accepted = mistakes.find((one) => one.accepted);
  if (accepted) return judged("right", null, accepted.says);
  const why = otherBox(parts, at, typed) || otherPrefix(reading, right, part.precision);
  if (why || !mistakes.length) return judged("wrong", why);
  if (mistakes.length === 1) return judged("wrong", null, mistakes[0].says);
  return judged("wrong", SEVERAL, `<ul>${mistakes.map(({ says }) => `<li>${says}</li>`).join("")}</ul>`);
}

const NO_LETTER = { en: "Name the statements by their letters, as in A, C.", zh: "请用字母指出陈述，例如 A、C。" };
const ONE_LETTER = { en: "Exactly one statement holds: name one letter.", zh: "只有一项成立，请只写一个字母。" };

// The letters that a text names, or why it can't be read.
function readLetters(known, single, raw) {
  const text = Array.from(raw).slice(0, 200).join("")
    .replace(/[Ａ-Ｚ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0))
    .replace(/[\s,;；，、.。和&+]+|\band\b/gi, " ").toUpperCase();
  const letters = Array.from(text.replace(/\s/g, ""));
  const stray = letters.find((letter) => !known.includes(letter));
  if (!letters.length || (stray && !/[\p{L}\p{N}]/u.test(stray))) return { why: NO_LETTER };
  if (stray) return { why: { en: `There is no statement ${stray} here.`, zh: `这里没有陈述 ${stray}。` } };
  const picked = [...new Set(letters)].sort();
  return single && picked.length > 1 ? { why: ONE_LETTER } : { picked };
}

function judgedLetters({ true: holding, single }, known, raw) {
  const { picked, why = null } = readLetters(known, single, raw);
  if (why) return { kind: "unread", read: "", picked: [], why };
  return { kind: picked.join("") === holding ? "right" : "wrong", read: picked.join(", "), picked, why };
}
