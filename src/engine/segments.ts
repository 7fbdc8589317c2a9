/**
 * Finds the operands of operators in a text of which no tree can be had yet: the text is about to be changed so that DuckDB
 * makes the right tree of it.
 *
 * A segment is a chain of operands with operators between them that bind more than comparison: `a || b -> 'c'`. What binds
 * still more (`+`, `::`, `[ ]`, calls) is inside the operands; all that binds less, and every clause, ends a segment. The
 * levels are PostgreSQL's: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-PRECEDENCE
 *
 * @module
 */

import { LAMBDA_FUNCTIONS } from '../sql/text/lambda-functions.ts';
import { isOperator, isWord, type Token } from '../sql/text/token.ts';

/** From its first to its last token. */
export interface Operand {
  readonly first: Token;
  readonly last: Token;
}

/** One operand more than operators. */
export interface Segment {
  readonly operands: readonly Operand[];
  readonly operators: readonly Token[];
  /** What stands before and behind it. */
  readonly before: Token | undefined;
  readonly after: Token | undefined;
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that no operand begins with, and that end one. What else is no name is taken for one, which does no harm. */
const BOUNDARIES = words(`
  AND AS ASC ASYMMETRIC BETWEEN BOTH BY CHECK COLUMN CONSTRAINT CREATE DELETE DESC DESCRIBE DISTINCT DO ELSE END ESCAPE EXCEPT
  FETCH FOR FOREIGN FROM GLOB GROUP HAVING ILIKE IN INSERT INTERSECT INTO IS ISNULL JOIN LAMBDA LATERAL LEADING LIKE LIMIT NOT
  NOTNULL OFFSET ON ONLY OR ORDER OVERLAPS PIVOT PIVOT_LONGER PIVOT_WIDER PLACING PRIMARY QUALIFY REFERENCES RETURNING
  SELECT SET SHOW SIMILAR SUMMARIZE SYMMETRIC TABLE THEN TO TRAILING UNION UNIQUE UNPIVOT UPDATE USING VALUES VARIADIC WHEN
  WHERE WINDOW WITH`);

/** Operators that bind less than those of a segment, and other marks between expressions. */
const SEPARATORS: ReadonlySet<string> = new Set([
  '=',
  '==',
  '<>',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  ',',
  ';',
  ':',
  ':=',
  '=>',
]);

/** Operators inside an operand, with one before them and one behind. */
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', '**']);

const ARROWS: ReadonlySet<string> = new Set(['->', '->>', '#>', '#>>']);

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Whether a token is one of the arrows. */
export function isArrow(token: Token | undefined): boolean {
  return token?.kind === 'operator' && ARROWS.has(token.text);
}

/** The segments of a text that have an operator, inner ones first. @param tokens those that say something */
export function segmentsOf(tokens: readonly Token[]): readonly Segment[] {
  const scan = new Scan(tokens);
  for (const index of tokens.keys()) scan.take(index);
  return scan.end();
}

/** What is open: a bracket, a CASE, or the text itself. */
class Frame {
  /** What closes it. */
  readonly closer: string | undefined;
  /** The number of the first argument that may be a lambda, if this is a call that takes one. */
  readonly firstLambda: number;
  argument = 0;
  /** Whether the argument has begun. */
  hasBegun = false;
  operands: Operand[] = [];
  operators: Token[] = [];
  before: Token | undefined;
  /** The operand that is being read. */
  first: Token | undefined;
  last: Token | undefined;
  /** Whether the operand is not complete, so that what follows belongs to it. */
  isExpecting = true;
  isAtArgument = false;

  constructor(closer?: string, firstLambda = Number.POSITIVE_INFINITY) {
    this.closer = closer;
    this.firstLambda = firstLambda;
  }
}

class Scan {
  readonly #tokens: readonly Token[];
  readonly #found: Segment[] = [];
  readonly #frames: Frame[] = [new Frame()];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  end(): readonly Segment[] {
    while (this.#frames.length > 0) {
      this.#finish(this.#frame, undefined);
      this.#frames.pop();
    }
    return this.#found;
  }

  take(index: number): void {
    const token = this.#tokens[index];
    if (token === undefined) return;
    const frame = this.#frame;
    if (this.#closes(token, frame)) this.#close(index, frame);
    else if (isOperator(token, ')') || isOperator(token, ']') || isOperator(token, '}')) this.#finish(frame, token);
    else if (this.#isContinued(index, frame)) this.#extend(index, frame, false);
    else if (isSeparator(token)) this.#separate(token, frame);
    else if (token.kind === 'operator') this.#operator(token, index, frame);
    else if (isWord(token, 'CASE')) this.#open(index, frame, new Frame('END'));
    else this.#operand(token, index, frame);
  }

  get #frame(): Frame {
    return this.#frames.at(-1) ?? new Frame();
  }

  #closes(token: Token, { closer }: Frame): boolean {
    if (closer === undefined) return false;
    return closer === 'END' ? isWord(token, 'END') && !isOperator(this.#frame.last, '.') : isOperator(token, closer);
  }

  #close(index: number, frame: Frame): void {
    this.#finish(frame, this.#tokens[index]);
    this.#frames.pop();
    this.#extend(index, this.#frame, false);
  }

  /** Whether a token continues what stands before it, whatever it is: the name behind a dot, the type behind `::`. */
  #isContinued(index: number, frame: Frame): boolean {
    const token = this.#tokens[index];
    const previous = this.#tokens[index - 1];
    if (token === undefined || frame.first === undefined || frame.last !== previous || previous === undefined)
      return false;
    if (isOperator(previous, '.') || isOperator(previous, '::')) return !isOperator(token, '(');
    if (['COLLATE', 'OVER', 'WITHIN'].some((word) => isWord(previous, word)) && token.kind !== 'operator') return true;
    if (frame.isExpecting) return false;
    if (isOperator(token, '.') || isOperator(token, '::') || isOperator(token, '!')) return true;
    return token.kind === 'operator' ? false : continuesPhrase(this.#tokens, index, frame.first);
  }

  /** @param isExpecting whether the operand needs more than it is with this token */
  #extend(index: number, frame: Frame, isExpecting: boolean): void {
    if (frame.first === undefined) this.#begin(index, frame);
    frame.last = this.#tokens[index];
    frame.isExpecting = isExpecting;
  }

  #begin(index: number, frame: Frame): void {
    frame.isAtArgument = !frame.hasBegun;
    frame.hasBegun = true;
    frame.first = this.#tokens[index];
    if (frame.operators.length === 0) frame.before = this.#tokens[index - 1];
  }

  #separate(token: Token, frame: Frame): void {
    this.#finish(frame, token);
    if (!isOperator(token, ',')) return;
    frame.argument += 1;
    frame.hasBegun = false;
  }

  #operator(token: Token, index: number, frame: Frame): void {
    const closer = CLOSERS[token.text];
    if (closer !== undefined) this.#open(index, frame, new Frame(closer, firstLambda(this.#tokens, index)));
    // A star that begins an operand is one; any other operator that does is a sign.
    else if (ARITHMETIC.has(token.text)) this.#extend(index, frame, !frame.isExpecting || !isOperator(token, '*'));
    else if (frame.isExpecting && isArrow(token)) this.#finish(frame, token);
    else if (frame.isExpecting) this.#extend(index, frame, true);
    else if (isLambda(token, frame)) this.#finish(frame, token);
    else this.#combine(token, frame);
  }

  #combine(token: Token, frame: Frame): void {
    if (frame.first === undefined || frame.last === undefined) return;
    frame.operands.push({ first: frame.first, last: frame.last });
    frame.operators.push(token);
    frame.first = undefined;
    frame.last = undefined;
    frame.isExpecting = true;
  }

  #open(index: number, frame: Frame, inner: Frame): void {
    const [previous, token] = [this.#tokens[index - 1], this.#tokens[index]];
    const isBehind = frame.last === previous && frame.first !== undefined;
    const isCall = isOperator(token, '(') && (previous?.kind === 'word' || previous?.kind === 'quoted');
    const continues = isBehind && (frame.isExpecting || isCall || isOperator(token, '['));
    if (!continues && !frame.isExpecting) this.#finish(frame, token);
    this.#extend(index, frame, false);
    this.#frames.push(inner);
  }

  #operand(token: Token, index: number, frame: Frame): void {
    const isBoundary = token.kind === 'word' && BOUNDARIES.has(token.value.toUpperCase());
    if (isBoundary || !frame.isExpecting) this.#finish(frame, token);
    if (isBoundary) frame.hasBegun = true;
    else this.#extend(index, frame, false);
  }

  #finish(frame: Frame, after: Token | undefined): void {
    const { operators, before, first, last } = frame;
    // An operator without an operand behind it is for DuckDB to complain about.
    const isComplete = first !== undefined && last !== undefined && !frame.isExpecting;
    const operands = isComplete ? [...frame.operands, { first, last }] : frame.operands;
    if (operands.length > 1) {
      this.#found.push({ operands, operators: operators.slice(0, operands.length - 1), before, after });
    }
    frame.operands = [];
    frame.operators = [];
    frame.first = undefined;
    frame.last = undefined;
    frame.isExpecting = true;
  }
}

function isSeparator({ kind, text }: Token): boolean {
  return kind === 'operator' && SEPARATORS.has(text);
}

/** Whether an arrow stands behind the parameters of a lambda. */
function isLambda(token: Token, frame: Frame): boolean {
  if (!isOperator(token, '->') || frame.argument < frame.firstLambda || !frame.isAtArgument) return false;
  return frame.first === frame.last || (isOperator(frame.first, '(') && isOperator(frame.last, ')'));
}

function firstLambda(tokens: readonly Token[], index: number): number {
  const name = tokens[index - 1];
  if (name?.kind !== 'word' && name?.kind !== 'quoted') return Number.POSITIVE_INFINITY;
  // The lambda of COLUMNS says which names: there is no list before it.
  if (isWord(name, 'COLUMNS')) return 0;
  if (!LAMBDA_FUNCTIONS.has(name.value.toLowerCase())) return Number.POSITIVE_INFINITY;
  return isOperator(tokens[index - 2], '.') ? 0 : 1;
}

const UNITS = /^(?:MILLENNI|CENTUR|DECADE|YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND)\w*$/i;

/** Whether a token that is no operator belongs to the complete operand before it: DATE '…', INTERVAL 3 DAYS, OVER w. */
function continuesPhrase(tokens: readonly Token[], index: number, first: Token): boolean {
  const [previous, token, next, third] = [tokens[index - 1], tokens[index], tokens[index + 1], tokens[index + 2]];
  if (token === undefined) return false;
  if (token.kind === 'string') return previous?.kind === 'word';
  if (token.kind === 'number' || token.kind === 'parameter') return isWord(previous, 'INTERVAL');
  if (token.kind !== 'word') return false;
  const isTime = isWord(next, 'TIME') && isWord(third, 'ZONE');
  switch (token.value.toUpperCase()) {
    case 'COLLATE':
      return true;
    case 'AT':
    case 'WITH':
    case 'WITHOUT':
      return isTime;
    case 'TIME':
      return ['AT', 'WITH', 'WITHOUT'].some((word) => isWord(previous, word));
    case 'ZONE':
      return isWord(previous, 'TIME');
    case 'PRECISION':
      return isWord(previous, 'DOUBLE');
    case 'VARYING':
      return isWord(previous, 'CHARACTER') || isWord(previous, 'CHAR');
    case 'FILTER':
      return isOperator(previous, ')') && isOperator(next, '(');
    case 'OVER':
    case 'WITHIN':
      return isOperator(previous, ')');
    default:
      return isWord(first, 'INTERVAL') ? UNITS.test(token.value) : isWord(tokens[index - 3], 'AT');
  }
}
