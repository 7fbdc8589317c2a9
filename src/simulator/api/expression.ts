/** Decides about an object, whose values it reads by dotted path. */
export type Expression = (read: (path: string) => unknown) => boolean;

/** Whether an attribute may be compared in this way. */
export type IsAllowed = (path: string, operator: string) => boolean;

type Literal = boolean | number | string | null;

const OPERATORS: readonly string[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'ew', 'pr'];

/**
 * Reads a filter or search expression: comparisons joined by `and`, `or`, `not` and parentheses, `and` binding tighter.
 * Returns undefined for what Okta calls invalid search criteria.
 */
export function parseExpression(text: string, isAllowed: IsAllowed = () => true): Expression | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  const reader: Reader = { tokens, position: 0, depth: 0, isAllowed };
  const expression = readOr(reader);
  return reader.position === tokens.length ? expression : undefined;
}

interface Reader {
  readonly tokens: readonly string[];
  position: number;
  /** Parentheses and NOTs around what is read. */
  depth: number;
  readonly isAllowed: IsAllowed;
}

function tokenize(text: string): readonly string[] | undefined {
  const token = /\s*("(?:[^"\\]|\\.)*"|[()]|-?\d+(?:\.\d+)?(?![\w.])|[A-Za-z_$][\w.$:-]*)\s*/y;
  const tokens: string[] = [];
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match?.[1] === undefined) return undefined;
    tokens.push(match[1]);
  }
  return tokens;
}

function readOr(reader: Reader): Expression | undefined {
  return readJoined(reader, 'or', readAnd, (parts) => (read) => parts.some((part) => part(read)));
}

function readAnd(reader: Reader): Expression | undefined {
  return readJoined(reader, 'and', readTerm, (parts) => (read) => parts.every((part) => part(read)));
}

function readJoined(
  reader: Reader,
  word: string,
  readPart: (reader: Reader) => Expression | undefined,
  join: (parts: readonly Expression[]) => Expression,
): Expression | undefined {
  const parts: Expression[] = [];
  do {
    const part = readPart(reader);
    if (part === undefined) return undefined;
    parts.push(part);
  } while (accept(reader, word));
  return join(parts);
}

/** Nobody writes more, and each takes a part of the stack. UNVERIFIED: where Okta's limit is. */
const MOST_DEPTH = 100;

function readTerm(reader: Reader): Expression | undefined {
  reader.depth += 1;
  const term = reader.depth > MOST_DEPTH ? undefined : readNested(reader);
  reader.depth -= 1;
  return term;
}

function readNested(reader: Reader): Expression | undefined {
  if (accept(reader, 'not')) {
    const negated = readTerm(reader);
    return negated && ((read) => !negated(read));
  }
  if (!accept(reader, '(')) return readComparison(reader);
  const inner = readOr(reader);
  return accept(reader, ')') ? inner : undefined;
}

function readComparison(reader: Reader): Expression | undefined {
  const path = next(reader);
  const operator = next(reader)?.toLowerCase();
  if (path === undefined || operator === undefined || !/^[A-Za-z_$]/.test(path)) return undefined;
  if (!OPERATORS.includes(operator) || !reader.isAllowed(path, operator)) return undefined;
  if (operator === 'pr') return (read) => isPresent(read(path));
  const literal = parseLiteral(next(reader));
  if (literal === undefined) return undefined;
  return (read) => compare(read(path), operator, literal, path);
}

function accept(reader: Reader, word: string): boolean {
  if (reader.tokens[reader.position]?.toLowerCase() !== word) return false;
  reader.position += 1;
  return true;
}

function next(reader: Reader): string | undefined {
  reader.position += 1;
  return reader.tokens[reader.position - 1];
}

function parseLiteral(token: string | undefined): Literal | undefined {
  try {
    const value: unknown = JSON.parse(token ?? '');
    return typeof value === 'object' && value !== null ? undefined : (value as Literal);
  } catch {
    return undefined;
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

function compare(value: unknown, operator: string, literal: Literal, path: string): boolean {
  if (Array.isArray(value)) return value.some((each) => compare(each, operator, literal, path));
  // A missing value is unequal to everything, and neither less nor more.
  if (value === undefined || value === null) return operator === 'ne' ? literal !== null : literal === null;
  const [left, right] = [comparable(value, path), comparable(literal, path)];
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    case 'sw':
      return String(left).startsWith(String(right));
    case 'co':
      return String(left).includes(String(right));
    default:
      return String(left).endsWith(String(right));
  }
}

// Times may be written with and without milliseconds. Profile attributes are compared without regard to case.
function comparable(value: unknown, path: string): number | string {
  if (typeof value === 'number') return value;
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
  return path.startsWith('profile.') ? text.toLowerCase() : text;
}
