/**
 * Cuts SQL text into tokens. Everything that has to look inside the text without understanding it stands on this:
 * splitting into statements, filling placeholders, our own small grammar, masked excerpts.
 *
 * Lexical rules are DuckDB's (PostgreSQL's), because DuckDB runs the text in the end: doubled quotes escape, a
 * backslash does only in `E'…'`. StackQL's `#` and `//` comments are added; DuckDB's integer division `//` and its positions `#1` are refused.
 *
 * Entry of the room `text/`: tokens, what is made of them without understanding a statement (cuts, placeholders, parameters,
 * positions), and errors about them. It knows no grammar of SQL and no parser's tree.
 *
 * @module
 */

import { SqlSyntaxError } from '../../errors.ts';
import { doubtOfComment } from './doubtful-comment.ts';
import { excerptAt, positionAt } from './position.ts';
import { withQuestionOperators } from './question-marks.ts';
import { isSignificant, type Token, type TokenKind } from './token.ts';

/** Where a token ends, and what it means if that is not its text. */
interface Match {
  readonly end: number;
  readonly value?: string;
}

type Kind = TokenKind | 'space' | 'unclosed';

/** Made for every word of a text, so with one shape and no copying. */
interface Found<K = Kind> {
  readonly kind: K;
  readonly end: number;
  readonly value: string | undefined;
}

interface Rule {
  readonly kind: Kind;
  /** What the first character may be, among those of ASCII; any other may begin whatever it likes. */
  readonly first: RegExp;
  readonly match: (text: string, offset: number) => Match | undefined;
}

/** @param pattern sticky */
function matching(pattern: RegExp, readValue?: (match: RegExpExecArray) => string): Rule['match'] {
  if (readValue === undefined) {
    return (text, offset) => {
      pattern.lastIndex = offset;
      return pattern.test(text) ? { end: pattern.lastIndex } : undefined;
    };
  }
  return (text, offset) => {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    return match === null ? undefined : { end: offset + match[0].length, value: readValue(match) };
  };
}

/**
 * What begins with `open` and ends with the first `close` that is in no `part`. A loop, because an expression that
 * repeats a group needs stack for every round: a string of some million doubled quotes would overflow it.
 *
 * @param open sticky
 * @param part sticky; matches one or more characters of the content
 * @param goesOn sticky; what may stand between a `close` and more content
 */
function enclosed(
  open: RegExp,
  part: RegExp,
  { close, goesOn }: { readonly close: string; readonly goesOn?: RegExp },
  readValue: (content: string) => string,
): Rule['match'] {
  return (text, offset) => {
    let start: number | undefined = endOfMatch(open, text, offset);
    if (start === undefined) return undefined;
    let value = '';
    for (;;) {
      const end: number = endOfParts(part, text, start);
      if (text[end] !== close) return undefined;
      value += readValue(text.slice(start, end));
      start = goesOn && endOfMatch(goesOn, text, end + 1);
      if (start === undefined) return { end: end + 1, value };
    }
  };
}

function endOfMatch(sticky: RegExp, text: string, offset: number): number | undefined {
  sticky.lastIndex = offset;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}

function endOfParts(part: RegExp, text: string, start: number): number {
  let end = start;
  for (part.lastIndex = start; part.test(text); part.lastIndex = end) end = part.lastIndex;
  return end;
}

/**
 * A string goes on in another line, and its escapes with it.
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS
 */
const NEXT_LINE = /(?:[^\S\n\r]|--[^\n\r]*)*[\n\r](?:\s|--[^\n\r]*[\n\r])*'/y;

/** Block comments nest, as in PostgreSQL and DuckDB: what a script has commented out never runs. */
function blockComment(text: string, offset: number): Match | undefined {
  if (!text.startsWith('/*', offset)) return undefined;
  const mark = /\/\*|\*\//g;
  mark.lastIndex = offset;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return { end: mark.lastIndex };
  }
  return undefined;
}

const unescapeE = (body: string): string =>
  body.replace(
    /\\(?:([bfnrt])|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|([0-7]{1,3})|(.))|''/gsu,
    (whole, control?: string, hex?: string, unicode?: string, octal?: string, other?: string) => {
      if (whole === "''") return "'";
      if (control !== undefined) return { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[control] ?? control;
      if (hex !== undefined || unicode !== undefined)
        return String.fromCharCode(Number.parseInt(hex ?? unicode ?? '', 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return other ?? '';
    },
  );

/**
 * What may be in a name: all beyond ASCII but the blanks, such as the no-break space that web pages give. To DuckDB two are
 * blanks that `\s` leaves out, the zero-width space and the word joiner.
 */
const BEYOND_ASCII =
  '\\u0080-\\u009f\\u00a1-\\u167f\\u1681-\\u1fff\\u200c-\\u2027\\u202a-\\u202e\\u2030-\\u205e\\u2061-\\u2fff\\u3001-\\ufefe\\uff00-\\uffff';

const STRING_END = { close: "'", goesOn: NEXT_LINE };

/** The first rule that matches wins. */
const RULES: readonly Rule[] = [
  { kind: 'space', first: /\s/, match: matching(/[\s\u200b\u2060]+/y) },
  {
    kind: 'directive',
    first: /\//,
    match: matching(/\/\*\+\s*([A-Za-z_]+)\s*\*\//y, (match) => (match[1] ?? '').toUpperCase()),
  },
  { kind: 'comment', first: /[-/#]/, match: matching(/--[^\n]*|\/\/[^\n]*|#(?!>)[^\n]*/y) },
  { kind: 'comment', first: /\//, match: blockComment },
  { kind: 'string', first: /[eE]/, match: enclosed(/[eE]'/y, /[^'\\]+|\\[\s\S]|''/y, STRING_END, unescapeE) },
  {
    kind: 'string',
    first: /'/,
    match: enclosed(/'/y, /[^']+|''/y, STRING_END, (content) => content.replaceAll("''", "'")),
  },
  {
    kind: 'string',
    first: /\$/,
    match: matching(/\$((?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$([\s\S]*?)\$\1\$/y, (match) => match[2] ?? ''),
  },
  {
    kind: 'quoted',
    first: /"/,
    match: enclosed(/"/y, /[^"]+|""/y, { close: '"' }, (content) => content.replaceAll('""', '"')),
  },
  // An opening whose end none of the rules above has found.
  {
    kind: 'unclosed',
    first: /[eE'"/$]/,
    match: matching(/[eE]?'|"|\/\*|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y),
  },
  { kind: 'placeholder', first: /\{/, match: matching(/\{\{([^{}]*)\}\}/y, (match) => (match[1] ?? '').trim()) },
  { kind: 'variable', first: /@/, match: matching(/@@?([A-Za-z_][\w-]*)/y, (match) => match[1] ?? '') },
  { kind: 'parameter', first: /[?$]/, match: matching(/\?|\$(\d+|[A-Za-z_]\w*)/y, (match) => match[1] ?? '') },
  { kind: 'number', first: /[\d.]/, match: matching(/(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y) },
  {
    kind: 'word',
    first: /[A-Za-z_]/,
    match: matching(new RegExp(`[A-Za-z_${BEYOND_ASCII}][\\w$${BEYOND_ASCII}]*`, 'y')),
  },
  {
    kind: 'operator',
    first: /[^\s\w'"]/,
    match: matching(
      /::|#>>|#>|->>|->|<->|<=>|<=|>=|<>|<<|>>|<@|@>|!~~\*|!~~|!~\*|!~|!=|~~~|~~\*|~~|~\*|\|\||&&|\^@|\*\*|==|:=|=>|[-+*/%<>=!^&|~.,;:()[\]{}@?$#\\`]/y,
    ),
  },
];

/** The rules for what begins with a character of ASCII. */
const RULES_BY_CODE: readonly (readonly Rule[])[] = Array.from({ length: 128 }, (_, code) =>
  RULES.filter(({ first }) => first.test(String.fromCharCode(code))),
);

/** Of each character of ASCII, whether it is an operator whatever follows. Half of a long list are such. */
const IS_ALONE: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  ',;()[]'.includes(String.fromCharCode(code)),
);

/** What stands open, by the character it begins with. */
const UNCLOSED: Readonly<Record<string, string>> = {
  "'": 'A string is not closed: a quote is missing.',
  e: 'A string is not closed: a quote is missing, or the last one follows a backslash.',
  E: 'A string is not closed: a quote is missing, or the last one follows a backslash.',
  '"': 'A quoted name is not closed: a double quote is missing.',
  '/': 'A comment is not closed: */ is missing.',
  $: 'A dollar-quoted string is not closed: its opening mark is missing at the end.',
};

/** All tokens, comments included. Throws `SYNTAX` on an open string, name or comment, and on characters SQL has no use for. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  let saying: Token | undefined;
  while (offset < text.length) {
    const { kind, end, value } = readableRule(text, offset, tokens);
    if (kind !== 'space') {
      const whole = text.slice(offset, end);
      const token: Token = { kind, text: whole, value: value ?? whole, start: offset, end };
      const doubt = kind === 'comment' ? doubtAt(text, token, saying) : undefined;
      if (doubt !== undefined) throw unreadable(text, offset, tokens, doubt);
      if (isSignificant(token)) saying = token;
      tokens.push(token);
    }
    offset = end;
  }
  return withQuestionOperators(tokens);
}

/** What can be read of a text that somebody is still writing. */
export interface TokensSoFar {
  readonly tokens: readonly Token[];
  /** Where a string, quoted name or comment begins whose end is not there yet. */
  readonly openAt?: number;
  /** Where a character stands that SQL has no use for; nothing behind it was read. */
  readonly unreadableAt?: number;
}

/** As {@link tokenize}, of a text that need not be finished. Throws nothing. */
export function tokensSoFar(text: string): TokensSoFar {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const found = matchRule(text, offset);
    if (found === undefined) return { tokens, unreadableAt: offset };
    if (found.kind === 'unclosed') return { tokens, openAt: offset };
    const { kind, end, value } = found;
    const whole = text.slice(offset, end);
    if (kind !== 'space') tokens.push({ kind, text: whole, value: value ?? whole, start: offset, end });
    offset = end;
  }
  return { tokens };
}

function matchRule(text: string, offset: number): Found | undefined {
  const code = text.charCodeAt(offset);
  if (IS_ALONE[code] === true) return { kind: 'operator', end: offset + 1, value: undefined };
  for (const { kind, match } of RULES_BY_CODE[code] ?? RULES) {
    const found = match(text, offset);
    if (found !== undefined) return { kind, end: found.end, value: found.value };
  }
  return undefined;
}

function readableRule(text: string, offset: number, before: readonly Token[]): Found<Exclude<Kind, 'unclosed'>> {
  const found = matchRule(text, offset);
  if (found !== undefined && isClosed(found)) return found;
  const character = text[offset] ?? '';
  const message =
    found === undefined ? `Character ${JSON.stringify(character)} has no place in a statement.` : UNCLOSED[character];
  throw unreadable(text, offset, before, message ?? '');
}

function isClosed(found: Found): found is Found<Exclude<Kind, 'unclosed'>> {
  return found.kind !== 'unclosed';
}

function doubtAt(text: string, { start, text: comment }: Token, before: Token | undefined): string | undefined {
  if (before === undefined || comment.startsWith('--') || comment.startsWith('/*')) return undefined;
  return doubtOfComment(comment, before, text.lastIndexOf('\n', start) >= before.end);
}

function unreadable(text: string, offset: number, before: readonly Token[], message: string): SqlSyntaxError {
  const position = positionAt(text, offset);
  return new SqlSyntaxError(`${message} (line ${position.line}, column ${position.column})`, {
    position,
    // The rest of the input is the open string, which may be a secret: the excerpt ends where it begins.
    excerpt: excerptAt(text, offset, [...before, characterAt(text, offset)]),
  });
}

function characterAt(text: string, offset: number): Token {
  const character = text.slice(offset, offset + 1);
  return { kind: 'operator', text: character, value: character, start: offset, end: offset + 1 };
}
