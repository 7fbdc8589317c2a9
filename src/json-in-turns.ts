/**
 * Large JSON texts, read in turns: `JSON.parse` of 60 MB holds the thread for seconds, in which no deadline passes and no other
 * statement goes on. And not more than fits: three bytes of `{},` become sixty in memory.
 *
 * @module
 */

import { CancelledError } from './errors.ts';
import { parseJson } from './json.ts';
import type { JsonValue } from './values.ts';

/** The text holds more than is read, or deeper than that; the message is the end of a sentence about it. */
export class TooMuchJson extends RangeError {}

/** Of one text. The byte limit alone would let through twenty million empty objects. */
const MOST_VALUES = 2_000_000;
const DEEPEST = 512;
const MOST_DIGITS = 1_000;
/** A text is read in one go. */
const LONGEST_TEXT = 16 * 2 ** 20;
/** Of one object: each new one costs more than the one before, and whoever looks at them holds the thread. */
const MOST_MEMBERS = 100_000;
/** In a row: whatever stands around them is read together with them. */
const MOST_BLANKS = 4 * 2 ** 20;

/** What is shorter is read as it is. */
const SHORT = 2 ** 18;
/** What is shorter takes no time worth sharing, once it is known not to be too much: Okta's own pages are. */
const WITHOUT_TURNS = 2 ** 20;
/** So much is read in one go. */
const PART = 2 ** 16;

/**
 * The value of a JSON text, as {@link parseJson} has it, while other work goes on.
 *
 * @throws SyntaxError for what is no JSON, {@link TooMuchJson} for what is too much of it, CancelledError when the signal fires
 */
export async function parseJsonInTurns(text: string, signal?: AbortSignal): Promise<JsonValue> {
  if (text.length <= SHORT) return parseJson(text);
  if (text.length <= WITHOUT_TURNS) {
    await outlineOf(text, () => undefined);
    return parseJson(text);
  }
  const turns = takeTurns(signal);
  const outline = await outlineOf(text, turns);
  return build(text, outline, turns);
}

/** Waits for others where the last wait is some milliseconds ago. Throws CancelledError where the signal has fired meanwhile. */
export type Turns = () => Promise<void> | undefined;

const LONGEST_TURN_MS = 10;

export function takeTurns(signal?: AbortSignal): Turns {
  let since = performance.now();
  return () => {
    if (performance.now() - since < LONGEST_TURN_MS) return undefined;
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        since = performance.now();
        if (signal?.aborted === true) reject(new CancelledError(undefined, { cause: signal.reason }));
        else resolve();
      });
    });
  };
}

/** A list or object that is too large to be read in one go: where it begins and ends, and the commas where it may be cut. */
interface Large {
  readonly start: number;
  /** Of its last bracket. */
  readonly end: number;
  readonly cuts: readonly number[];
  /** Large ones among its members, by the cut before them. */
  readonly inner: ReadonlyMap<number, Large>;
}

interface Open {
  readonly start: number;
  readonly closer: number;
  readonly cuts: number[];
  readonly inner: Map<number, Large>;
  /** Where the member begins that is read now. */
  member: number;
  /** Members before it. */
  count: number;
  /** Where the part begins that the member belongs to. */
  part: number;
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The large parts of a text; undefined where it is none of lists and objects. What is wrong inside is found when it is read. */
async function outlineOf(text: string, turns: Turns): Promise<Large | undefined> {
  const open: Open[] = [];
  let [values, digits, blanks, at] = [0, 0, 0, 0];
  let whole: Large | undefined;
  for (let next = PART; at < text.length; at += 1) {
    if (at >= next) {
      next = at + PART;
      await turns();
    }
    const code = text.charCodeAt(at);
    digits = code >= 0x30 && code <= 0x39 ? digits + 1 : 0;
    if (digits > MOST_DIGITS) throw new TooMuchJson(`holds a number of more than ${MOST_DIGITS} digits`);
    blanks = isBlankCode(code) ? blanks + 1 : 0;
    if (blanks > MOST_BLANKS) throw new TooMuchJson(`holds more than ${MOST_BLANKS} blanks in a row`);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === COMMA) {
      values = counted(values);
      const inside = open.at(-1);
      if (inside === undefined) throw new SyntaxError('a comma outside');
      endMember(inside, at);
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (whole !== undefined) throw new SyntaxError('more than one value');
      if (open.length === DEEPEST) throw new TooMuchJson(`is nested more than ${DEEPEST} deep`);
      const closer = code === OPEN_LIST ? CLOSE_LIST : CLOSE_OBJECT;
      open.push({ start: at, closer, cuts: [], inner: new Map(), member: at, count: 0, part: at });
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      const { start, closer, cuts, inner } = open.pop() ?? unbalanced();
      if (closer !== code) unbalanced();
      // What is not empty has one member more than commas.
      if (at > start + 1) values = counted(values);
      const isLarge = at - start > PART;
      const around = open.at(-1);
      if (around === undefined) whole = { start, end: at, cuts, inner };
      else if (isLarge) keepApart(around, { start, end: at, cuts, inner });
    }
  }
  if (open.length > 0) unbalanced();
  return whole;
}

function unbalanced(): never {
  throw new SyntaxError('a bracket is missing');
}

function counted(values: number): number {
  if (values === MOST_VALUES) throw new TooMuchJson(`holds more than ${MOST_VALUES} values`);
  return values + 1;
}

function endMember(inside: Open, comma: number): void {
  inside.count += 1;
  if (inside.count >= MOST_MEMBERS && inside.closer === CLOSE_OBJECT) {
    throw new TooMuchJson(`holds an object of more than ${MOST_MEMBERS} members`);
  }
  if (comma - inside.part > PART || inside.inner.has(inside.member)) {
    inside.cuts.push(comma);
    inside.part = comma;
  }
  inside.member = comma;
}

/** A large member is a part by itself. */
function keepApart(around: Open, large: Large): void {
  if (around.part !== around.member) around.cuts.push(around.member);
  around.part = around.member;
  around.inner.set(around.member, large);
}

/** The quote that ends the text which begins at `start`. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    if (end - start > LONGEST_TEXT) break;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  if (text.length - start > LONGEST_TEXT) throw new TooMuchJson(`holds a text of more than ${LONGEST_TEXT} characters`);
  throw new SyntaxError('a text does not end');
}

async function build(text: string, whole: Large | undefined, turns: Turns): Promise<JsonValue> {
  if (whole === undefined) return parseJson(text);
  const isAlone = isBlank(text, 0, whole.start) && isBlank(text, whole.end + 1, text.length);
  if (!isAlone) throw new SyntaxError('more than one value');
  return buildLarge(text, whole, turns);
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if (!isBlankCode(text.charCodeAt(at))) return false;
  }
  return true;
}

function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function buildLarge(text: string, large: Large, turns: Turns): Promise<JsonValue> {
  return text.charCodeAt(large.start) === OPEN_LIST ? buildList(text, large, turns) : buildObject(text, large, turns);
}

/** From behind one comma or bracket to the next. */
function* partsOf({ start, end, cuts }: Large): Generator<readonly [from: number, before: number]> {
  let from = start;
  for (const cut of cuts) {
    yield [from, cut];
    from = cut;
  }
  yield [from, end];
}

async function buildList(text: string, large: Large, turns: Turns): Promise<readonly JsonValue[]> {
  const items: JsonValue[] = [];
  for (const [from, before] of partsOf(large)) {
    await turns();
    const inner = large.inner.get(from);
    if (inner === undefined) {
      for (const item of partOf(text, from, before, large) as readonly JsonValue[]) items.push(item);
    } else {
      if (!isBlank(text, from + 1, inner.start)) throw new SyntaxError('a comma is missing');
      items.push(await member(text, inner, before, turns));
    }
  }
  return items;
}

async function buildObject(text: string, large: Large, turns: Turns): Promise<JsonValue> {
  const members: Record<string, JsonValue> = {};
  for (const [from, before] of partsOf(large)) {
    await turns();
    const inner = large.inner.get(from);
    if (inner === undefined) {
      for (const [name, value] of Object.entries(partOf(text, from, before, large))) define(members, name, value);
    } else {
      const [name, second] = Object.keys(parseJson(`{${text.slice(from + 1, inner.start)}null}`) as object);
      if (name === undefined || second !== undefined) throw new SyntaxError('a name is missing');
      define(members, name, await member(text, inner, before, turns));
    }
  }
  return members;
}

/** As `JSON.parse` does it: `__proto__` is a member like any other. */
function define(members: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name !== '__proto__') members[name] = value;
  else Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}

async function member(text: string, inner: Large, before: number, turns: Turns): Promise<JsonValue> {
  if (!isBlank(text, inner.end + 1, before)) throw new SyntaxError('a comma is missing');
  return buildLarge(text, inner, turns);
}

/** Members that were small enough to be read together. Where there are several parts, none is empty. */
function partOf(text: string, from: number, before: number, { start, cuts }: Large): object {
  if (cuts.length > 0 && isBlank(text, from + 1, before)) throw new SyntaxError('a value is missing');
  const inside = text.slice(from + 1, before);
  return parseJson(text.charCodeAt(start) === OPEN_LIST ? `[${inside}]` : `{${inside}}`) as object;
}
