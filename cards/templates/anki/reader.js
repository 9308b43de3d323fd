// A typed text -> an exact number [numerator, denominator], or why it can't be read.
// The same reading as the homework's, held to it by shared test rows.
const [UNITS, SPELLINGS] = /*UNITS*/ [{}, {}];
const TWINS = /*TWINS*/ {};
const MAX_BITS = 4096;
const MAX_ANSWER_BITS = 2048;
const MAX_NESTING = 40;
const INVISIBLE = /[\u200b-\u200f\u2060\ufeff\u00ad\u2066-\u2069]/;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SIGNS = [
  ["\u00a0\u2009\u202f\u2007\u2008\u200a\u2002\u2003\u3000\t", " "],
  ["−–—‒﹣⁻➖\u2010\u2011", "-"], ["×✕✖⨯·⋅∙∗•", "*"], ["÷∕⁄", "/"], ["％﹪", "%"], ["、", ","], ["＾", "^"],
];
// Signs with one meaning where they stand, and the plain sign of the same length.
const IN_PLACE = [
  [/^\s*=(?!=)/, /=/, " "],
  [/^\s*\$[^$]+\$\s*$/, /\$/g, " "],
  [/(?:^|[^\p{L}\p{N}_.,'’])[1-9][0-9]{0,2}(?:['’][0-9]{3})+(?![0-9'’eE,])/gu, /['’]/g, ","],
  [/(?:[0-9.][0-9.]|[1-9)])\s*[xX](?=\s*10\s*(?:\^|\*\*))/g, /[xX]/, "*"],
  [/[\p{L}%][.。]\s*$/u, /[.。]/, " "],
];
const COUNTED = ["count", "parameters", "multiply_adds", "operations", "length"];
const FUNCTIONS = ["ceil", "floor", "round", "sqrt", "log2", "abs"];

class Unreadable {
  constructor(en, zh, place = -1) { Object.assign(this, { en, zh, place }); }
}
const tooLarge = () => new Unreadable(
  "This has no value that can be used: it is out of bounds.", "算式没有可用的值：数值过大或超出范围。");
const byZero = () => new Unreadable(
  "This has no value that can be used: division by zero.", "算式没有可用的值：除数为零。");
const misplaced = (place) => new Unreadable(
  `This can't be read: look at character ${place + 1}.`, `无法读取：问题出在第 ${place + 1} 个字符附近。`, place);

// Exact arithmetic; the size of a result is bounded before it is computed.
function size(x) {
  const digits = (x < 0n ? -x : x).toString(16);
  return (digits.length - 1) * 4 + 32 - Math.clz32(parseInt(digits[0], 16));
}
const bits = ([n, d]) => Math.max(size(n), size(d));
const bound = (count) => { if (count > MAX_BITS) throw tooLarge(); };
function ratio(n, d = 1n) {
  if (d === 0n) throw byZero();
  let [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d];
  while (b) [a, b] = [b, a % b];
  if (d < 0n) a = -a;
  return a === 0n ? [0n, 1n] : [n / a, d / a];
}
const plus = (x, y) => { bound(bits(x) + bits(y) + 1); return ratio(x[0] * y[1] + y[0] * x[1], x[1] * y[1]); };
const minus = (x, y) => plus(x, [-y[0], y[1]]);
const times = (x, y) => { bound(bits(x) + bits(y)); return ratio(x[0] * y[0], x[1] * y[1]); };
const over = (x, y) => { if (y[0] === 0n) throw byZero(); return times(x, ratio(y[1], y[0])); };
const compare = (x, y) => { const apart = x[0] * y[1] - y[0] * x[1]; return apart < 0n ? -1 : apart > 0n ? 1 : 0; };
const absolute = (x) => [x[0] < 0n ? -x[0] : x[0], x[1]];
const floored = ([n, d]) => [n / d - (n % d < 0n ? 1n : 0n), 1n];
const ceiled = ([n, d]) => [-floored([-n, d])[0], 1n];
const tenTo = (power) => (power < 0 ? [1n, 10n ** BigInt(-power)] : [10n ** BigInt(power), 1n]);
function rounded(x, decimals = 0) {
  if (Math.abs(decimals) > 1000) throw tooLarge();
  const scale = tenTo(decimals);
  const whole = floored(plus(times(absolute(x), scale), [1n, 2n]));
  return over(x[0] < 0n ? [-whole[0], 1n] : whole, scale);
}
function fromDouble(value) {
  if (!Number.isFinite(value)) throw tooLarge();
  return literal(value.toPrecision(17), 0);
}
const toDouble = ([n, d]) => Number(n) / Number(d);
function wholeRoot(value, degree) {
  let guess = 1n << (BigInt(size(value)) / degree + 1n);
  for (;;) {
    const better = ((degree - 1n) * guess + value / guess ** (degree - 1n)) / degree;
    if (better >= guess) return guess;
    guess = better;
  }
}
function root(x, degree) {
  if (x[0] < 0n || degree > 64n) throw tooLarge();
  const parts = x.map((part) => (part < 2n ? part : wholeRoot(part, degree)));
  if (parts.every((part, at) => part ** degree === x[at])) return parts;
  return fromDouble(toDouble(x) ** (1 / Number(degree)));
}
function raised(base, exponent) {
  if (exponent[1] !== 1n) return root(raised(base, [exponent[0], 1n]), exponent[1]);
  let power = exponent[0];
  if (base[0] === 0n && power < 0n) throw byZero();
  if (base[1] === 1n && base[0] >= -1n && base[0] <= 1n) power %= 2n, power = power || (exponent[0] && 2n);
  else bound(bits(base) * Number(power < 0n ? -power : power));
  return power < 0n ? ratio(base[1] ** -power, base[0] ** -power) : [base[0] ** power, base[1] ** power];
}
function logarithm(x) {
  if (x[0] <= 0n) throw tooLarge();
  const binary = x.map((part) => part.toString(2));
  if (binary.every((digits) => !digits.slice(1).includes("1"))) return [BigInt(binary[0].length - binary[1].length), 1n];
  return fromDouble(Math.log2(toDouble(x)));
}
function literal(text, place) {
  const [mantissa, exponent = "0"] = text.toLowerCase().split("e");
  if (exponent.length > 4 || Math.abs(Number(exponent)) > 400) throw misplaced(place);
  const [units, decimals = ""] = mantissa.split(".");
  return times([BigInt(units + decimals || "0"), 1n], tenTo(Number(exponent) - decimals.length));
}
const CALLS = {
  ceil: ceiled, floor: floored, abs: absolute, log2: logarithm,
  sqrt: (x) => root(x, 2n), round: (x, decimals = [0n, 1n]) => rounded(x, Number(decimals[0])),
};

// Recursive descent: sums of products of signed powers.
const TOKEN = /\s*(?:((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|([a-z][a-z0-9]*)|(\*\*|[-+*/(),^]))/y;
function evaluated(text, places) {
  const end = text.trimEnd().length;
  const tokens = [];
  const at = (index) => places[Math.min(index, places.length - 1)];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end;) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw misplaced(at(from + text.slice(from).search(/\S/)));
    const token = found[1] || found[2] || found[3];
    tokens.push({ token: token === "^" ? "**" : token, number: Boolean(found[1]), name: Boolean(found[2]), place: at(TOKEN.lastIndex - token.length) });
  }
  tokens.push({ token: "", place: at(end) });
  let next = 0;
  let depth = 0;
  const takes = (...signs) => (signs.includes(tokens[next].token) ? tokens[next++].token : "");
  const deeper = (read) => {
    if (++depth > MAX_NESTING) throw misplaced(tokens[next].place);
    const value = read();
    depth -= 1;
    return value;
  };
  function sum() {
    let value = product();
    for (let sign; (sign = takes("+", "-"));) value = (sign === "+" ? plus : minus)(value, product());
    return value;
  }
  function product() {
    let value = signed();
    for (let sign; (sign = takes("*", "/"));) value = (sign === "*" ? times : over)(value, signed());
    return value;
  }
  function signed() {
    let negative = false;
    for (let sign; (sign = takes("+", "-"));) negative = negative !== (sign === "-");
    const value = power();
    return negative ? [-value[0], value[1]] : value;
  }
  function power() {
    const base = atom();
    return takes("**") ? raised(base, deeper(signed)) : base;
  }
  function atom() {
    const { token, number, name, place } = tokens[next];
    if (number) { next += 1; return literal(token, place); }
    if (name && FUNCTIONS.includes(token) && tokens[next + 1].token === "(") {
      next += 2;
      const operands = [deeper(sum)];
      while (takes(",")) operands.push(deeper(sum));
      close();
      if (operands.length > CALLS[token].length + (token === "round")) throw misplaced(place);
      return CALLS[token](...operands);
    }
    if (!takes("(")) throw misplaced(place);
    const value = deeper(sum);
    close();
    return value;
  }
  function close() { if (!takes(")")) throw misplaced(tokens[next].place); }
  const value = deeper(sum);
  if (tokens[next].token) throw misplaced(tokens[next].place);
  return value;
}

// The text in plain characters, and for each the place it came from.
function plain(raw) {
  const characters = [];
  const places = [];
  let raisedNow = false;
  const all = Array.from(raw);
  all.forEach((character, place) => {
    if (INVISIBLE.test(character)) return;
    const code = character.codePointAt(0);
    const digit = SUPERSCRIPTS.indexOf(character);
    const sign = "⁻⁺".indexOf(character);
    let mapped;
    if (digit >= 0) [mapped, raisedNow] = [(raisedNow ? "" : "^") + digit, true];
    else if (raisedNow && sign >= 0) mapped = "-+"[sign];
    else if (character === "⁻" && (SUPERSCRIPTS + "⁻⁺").includes(all[place + 1] || "x")) [mapped, raisedNow] = ["^-", true];
    else {
      const known = SIGNS.find(([from]) => from.includes(character));
      mapped = known ? known[1] : code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : character;
      raisedNow = false;
    }
    for (const one of mapped) { characters.push(one); places.push(place); }
  });
  let text = characters.join("");
  for (const [where, signs, sign] of IN_PLACE) text = text.replace(where, (found) => found.replace(signs, sign));
  return withRoots(text, places);
}
// √16 as sqrt(16); a root of anything longer keeps its sign.
function withRoots(text, places) {
  const at = [];
  let last = 0;
  const written = text.replace(/√\s*([0-9]+(?:\.[0-9]+)?)(?![0-9.,eE])/g, (found, digits, from) => {
    const end = from + found.length;
    at.push(...places.slice(last, from), ...Array(5).fill(places[from]), ...places.slice(end - digits.length, end), places[end - 1]);
    last = end;
    return `sqrt(${digits})`;
  });
  return [written, [...at, ...places.slice(last)]];
}

function unitNamed(name, binary) {
  const symbol = SPELLINGS[name] === undefined ? name : SPELLINGS[name];
  const taught = (binary && TWINS[symbol]) || symbol;
  const [dimension, factor] = UNITS[taught];
  return { symbol: taught, dimension, factor: exact(factor) };
}
// A number that the deck wrote: digits, a decimal, or a/b.
function exact(text) {
  const [top, bottom = "1"] = text.split("/");
  const number = (part) => (part.startsWith("-") ? times([-1n, 1n], literal(part.slice(1), 0)) : literal(part, 0));
  return over(number(top), number(bottom));
}

function withoutUnit(text, places, asked) {
  const stripped = text.trimEnd();
  const spelling = Object.keys(SPELLINGS).sort((a, b) => b.length - a.length).find((one) => {
    return stripped.endsWith(one) && endsANumber(stripped.slice(0, -one.length), one);
  });
  if (spelling === undefined) return [text, null];
  const typed = unitNamed(spelling, asked.binary);
  const body = stripped.slice(0, -spelling.length);
  if (fits(typed, asked)) return [body, typed];
  throw misfit(spelling, asked, places[body.length]);
}
// Whether a unit may follow: the 1 of 1/s never is the last digit of 51/s.
function endsANumber(body, spelling) {
  if (!body.trim() || /\p{L}$/u.test(body) || "+-*/^(,".includes(body.trimEnd().slice(-1))) return false;
  return /\s$/.test(body) || !/^[0-9]/.test(spelling);
}
function fits(typed, { unit, percent }) {
  if (typed.symbol === "%" && unit.dimension === "count") return percent;
  if (typed.dimension === "count") return COUNTED.includes(unit.dimension);
  const counted = unit.symbol === "" && ["parameters", "multiply_adds", "length"].includes(typed.dimension);
  return counted || typed.dimension === unit.dimension;
}
function misfit(spelling, { unit }, place) {
  if (!unit.symbol) {
    return new Unreadable(`A plain number is asked for here: leave out '${spelling}'.`, `这里要填纯数字：请去掉“${spelling}”。`, place);
  }
  return new Unreadable(
    `${unit.symbol} is asked for here, and '${spelling}' measures something else.`,
    `这里的单位是 ${unit.symbol}，“${spelling}”不是同一种量。`, place);
}

const withoutExponents = (text) => text.replace(
  /([0-9.])([eE][+-]?[0-9]+)/g, (_, before, exponent) => before + "0".repeat(exponent.length));

function refuseWhatIsNoNumber(text, places) {
  if (/^\s*[-+]?\s*(nan|inf|infinity|∞)\s*$/i.test(text)) {
    throw new Unreadable("NaN and infinity are not numbers here: write digits.", "这里不能写 NaN 或无穷：请写数字。");
  }
  const hexadecimal = text.search(/0[xXbBoO][0-9A-Fa-f]/);
  if (hexadecimal >= 0) {
    throw new Unreadable("Only decimal digits are read here: no 0x10.", "这里只读十进制数字：不能写 0x10。", places[hexadecimal]);
  }
  if (text.includes("_")) {
    throw new Unreadable("An underscore means nothing here: write 1,000 or 1000.", "下划线在这里没有意义：请写 1,000 或 1000。", places[text.indexOf("_")]);
  }
  const blanked = withoutExponents(text);
  for (const word of blanked.matchAll(/[\p{L}\p{No}\p{Nl}][\p{L}\p{N}]*/gu)) {
    const after = blanked.slice(word.index + word[0].length).trimStart();
    if (!(FUNCTIONS.includes(word[0]) && after.startsWith("("))) {
      throw new Unreadable(`'${word[0]}' can't be read as part of a number.`, `“${word[0]}”不能作为数字的一部分来读取。`, places[word.index]);
    }
  }
}

// The signs that a formula has and an answer hasn't; % is per cent here, at the end.
function refuseWhatIsNoSum(text, places, typed, asked) {
  const compares = text.match(/[<>=!]=|[<>=≤≥≠]/);
  if (compares) {
    throw new Unreadable(
      `An answer is one number, and '${compares[0]}' compares two: write one side only.`,
      `答案只写一个数，“${compares[0]}”是在比较两个数：请只写一边。`, places[compares.index]);
  }
  if (text.includes("//")) {
    throw new Unreadable(
      "'//' has no meaning in an answer: write floor(7/2) for 7/2 rounded down.",
      "答案里不能用“//”：要把 7/2 向下取整，请写 floor(7/2)。", places[text.indexOf("//")]);
  }
  if (text.includes("%")) {
    const place = places[text.indexOf("%")];
    if (!fits(unitNamed("%"), asked)) throw misfit("%", asked, place);
    throw new Unreadable(
      "'%' is per cent here, written once, at the end: write 56% or (100-44)%.",
      "这里的“%”表示百分之几，只在末尾写一次：请写 56% 或 (100-44)%。", place);
  }
  const sum = typed && typed.symbol === "%" ? lastSignOfASum(text) : -1;
  if (sum >= 0) {
    throw new Unreadable(
      "'%' could belong to the last number or to the sum: write (100-44)% or 1-0.44.",
      "“%”可能只属于最后一个数，也可能属于整个算式：请写 (100-44)% 或 1-0.44。", places[sum]);
  }
}
// Where two terms are added outside of all parentheses; -1 where there is one term.
function lastSignOfASum(text) {
  let [depth, last, before] = [0, -1, ""];
  Array.from(withoutExponents(text)).forEach((character, at) => {
    depth += (character === "(") - (character === ")");
    if ("+-".includes(character) && !depth && before && !"+-*/^(".includes(before)) last = at;
    if (character.trim()) before = character;
  });
  return last;
}

function commaFault(group, place) {
  if (group.endsWith(",")) group = "";
  const ways = group ? [group.replace(/,/g, "").replace(/^0+/, "") || "0"] : [];
  if (group.split(",").length === 2) ways.unshift(group.replace(",", "."));
  return new Unreadable(
    ways.length ? `A comma separates thousands here: write ${ways.join(" or ")}.` : "A comma separates thousands here, and nothing else.",
    ways.length ? `这里的逗号只用作千位分隔符：请写 ${ways.join(" 或 ")}。` : "这里的逗号只用作千位分隔符。", place);
}

function ungrouped(text, places) {
  const kept = [];
  const numeral = /[0-9][0-9, ]*(?!\w)|[0-9][0-9, ]*(?=[eE.])/y;
  for (let at = 0; at < text.length;) {
    numeral.lastIndex = at;
    const found = (at === 0 || !/[\w.]/.test(text[at - 1])) && numeral.exec(text);
    if (!found) { kept.push(at); at += 1; continue; }
    const group = found[0].trimEnd();
    if (group.includes(",") && !/^[1-9][0-9]{0,2}(,[0-9]{3})+$/.test(group)) {
      throw commaFault(group.replace(/ /g, ""), places[at + group.indexOf(",")]);
    }
    const separated = group.includes(",") || /^[0-9]{1,3}( [0-9]{3})+$/.test(group);
    for (const end = at + found[0].length; at < end; at += 1) {
      if (!(separated && ", ".includes(text[at]))) kept.push(at);
    }
  }
  const stray = kept.find((at) => text[at] === ",");
  if (stray !== undefined) throw commaFault("", places[stray]);
  return [kept.map((at) => text[at]).join(""), kept.length ? kept.map((at) => places[at]) : [0]];
}

// How a number is echoed: in full where it is short, else with six digits.
function magnitude(x) {
  const [n, d] = absolute(x);
  const power = n.toString().length - d.toString().length;
  return compare([n, d], tenTo(power)) >= 0 ? power : power - 1;
}
function inDecimals(x, decimals) {
  const digits = (absolute(x)[0] * 10n ** BigInt(decimals) / x[1]).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  return (x[0] < 0n ? "-" : "") + digits.slice(0, cut) + (decimals ? "." + digits.slice(cut) : "");
}
function significant(x, digits) {
  if (x[0] === 0n) return "0";
  const decimals = digits - 1 - magnitude(x);
  const near = rounded(x, decimals);
  return inDecimals(near, Math.max(decimals - (magnitude(near) > magnitude(x)), 0));
}
const grouped = (digits) => {
  const [units, decimals] = digits.split(".");
  return units.replace(/\B(?=(\d{3})+$)/g, ",") + (decimals === undefined ? "" : "." + decimals);
};
function shown(x) {
  const power = x[0] ? magnitude(x) : 0;
  if (Math.abs(power) > 24) return `≈ ${significant(ratio(x[0] * tenTo(-power)[0], x[1] * tenTo(-power)[1]), 6)}e${power}`;
  if (x[1] === 1n) return grouped(x[0].toString());
  let rest = x[1];
  let decimals = 0;
  for (let step; (step = rest % 10n === 0n ? 10n : rest % 5n === 0n ? 5n : rest % 2n === 0n ? 2n : 0n); decimals += 1) rest /= step;
  const fraction = rest !== 1n || decimals > 12;
  const text = fraction ? `${x[0]}/${x[1]}` : inDecimals(x, decimals);
  if (text.length <= (fraction ? 6 : 12)) return fraction ? text : grouped(text);
  return `≈ ${grouped(significant(x, 6))}`;
}

function readAnswer(raw, { unit = "", percent = false, binary = false } = {}) {
  try {
    const asked = { unit: unitNamed(unit, binary), percent, binary };
    if (Array.from(raw).length > 200) {
      throw new Unreadable("This is longer than 200 characters: give the result, or a shorter sum.", "超过了 200 个字符：请只写结果或较短的算式。", 200);
    }
    const [text, from] = plain(raw);
    if (!text.trim()) throw new Unreadable("Nothing is written here yet.", "这里还没有填写。");
    const [body, typed] = withoutUnit(text, from, asked);
    refuseWhatIsNoNumber(body, from);
    refuseWhatIsNoSum(body, from, typed, asked);
    const [expression, places] = ungrouped(body, from);
    const inTyped = evaluated(expression, places);
    const value = typed ? over(times(inTyped, typed.factor), asked.unit.factor) : inTyped;
    if (bits(value) > MAX_ANSWER_BITS) throw tooLarge();
    const echo = typed ? `${shown(inTyped)} ${typed.symbol}`.trimEnd() : shown(value);
    return { value, unit: typed ? typed.symbol : "", text: echo };
  } catch (fault) {
    if (fault instanceof Unreadable) return { unreadable: fault };
    if (fault instanceof RangeError) return { unreadable: tooLarge() };
    throw fault;
  }
}
