/**
 * Cuts SQL text into tokens. Everything that has to look inside the text without understanding it stands on this:
 * splitting into statements, filling placeholders, our own small grammar, masked excerpts.
 *
 * Lexical rules are DuckDB's (PostgreSQL's), because DuckDB runs the text in the end: doubled quotes escape, a
 * backslash does only in `E'…'`. StackQL's `#` and `//` comments are added; DuckDB's integer division `//` gives way.
 *
 * @module
 */

import { SqlSyntaxError } from '../errors.ts';
import { excerptAt, positionAt } from './position.ts';

export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'number'
  | 'operator'
  | 'variable'
  | 'placeholder'
  | 'comment'
  | 'directive';

export interface Token {
  readonly kind: TokenKind;
  /** As it stands in the input. */
  readonly text: string;
  /** What it means: the unescaped string, the name in a quoted identifier or variable, a directive's word; else `text`. */
  readonly value: string;
  /** UTF-16 offsets into the input; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

interface Rule {
  readonly kind: TokenKind | 'space';
  readonly pattern: RegExp;
  readonly value?: (match: RegExpExecArray) => string;
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

/** The first rule that matches wins; an unterminated string or comment matches none and is reported. */
const RULES: readonly Rule[] = [
  { kind: 'space', pattern: /\s+/y },
  { kind: 'directive', pattern: /\/\*\+\s*([A-Za-z_]+)\s*\*\//y, value: (match) => (match[1] ?? '').toUpperCase() },
  { kind: 'comment', pattern: /--[^\n]*|\/\/[^\n]*|#(?!>)[^\n]*|\/\*[\s\S]*?\*\//y },
  {
    kind: 'string',
    pattern: /[eE]'([^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*)'/y,
    value: (match) => unescapeE(match[1] ?? ''),
  },
  { kind: 'string', pattern: /'([^']*(?:''[^']*)*)'/y, value: (match) => (match[1] ?? '').replaceAll("''", "'") },
  {
    kind: 'string',
    pattern: /\$((?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$([\s\S]*?)\$\1\$/y,
    value: (match) => match[2] ?? '',
  },
  { kind: 'quoted', pattern: /"([^"]*(?:""[^"]*)*)"/y, value: (match) => (match[1] ?? '').replaceAll('""', '"') },
  { kind: 'placeholder', pattern: /\{\{([^{}]*)\}\}/y, value: (match) => (match[1] ?? '').trim() },
  { kind: 'variable', pattern: /@@?([A-Za-z_][\w-]*)/y, value: (match) => match[1] ?? '' },
  { kind: 'number', pattern: /(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y },
  { kind: 'word', pattern: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y },
  { kind: 'operator', pattern: /::|->>|->|<=|>=|<>|!=|\|\||==|:=|=>|[-+*/%<>=!^&|~.,;:()[\]{}@?$#\\`]/y },
];

const UNTERMINATED: Readonly<Record<string, string>> = {
  "'": 'A string is not closed: a quote is missing.',
  '"': 'A quoted name is not closed: a double quote is missing.',
  '/': 'A comment is not closed: */ is missing.',
};

/** All tokens, comments included. Throws `SYNTAX` on an open string, name or comment, and on characters SQL has no use for. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const { rule, match } = matchRule(text, offset, tokens);
    const end = offset + match[0].length;
    if (rule.kind !== 'space') {
      tokens.push({ kind: rule.kind, text: match[0], value: rule.value?.(match) ?? match[0], start: offset, end });
    }
    offset = end;
  }
  return tokens;
}

function matchRule(text: string, offset: number, before: readonly Token[]): { rule: Rule; match: RegExpExecArray } {
  const open = text[offset] ?? '';
  if (text.startsWith('/*', offset) && !text.includes('*/', offset + 2)) throw unterminated(text, offset, '/', before);
  for (const rule of RULES) {
    rule.pattern.lastIndex = offset;
    const match = rule.pattern.exec(text);
    if (match !== null) return { rule, match };
  }
  throw unterminated(text, offset, open, before);
}

function unterminated(text: string, offset: number, open: string, before: readonly Token[]): SqlSyntaxError {
  const position = positionAt(text, offset);
  const message = UNTERMINATED[open] ?? `Character ${JSON.stringify(open)} has no place in a statement.`;
  return new SqlSyntaxError(`${message} (line ${position.line}, column ${position.column})`, {
    position,
    // The rest of the input is the open string, which may be a secret: the excerpt ends where it begins.
    excerpt: excerptAt(text.slice(0, offset + 1), offset, before),
  });
}

/** Whether a token says something: neither a comment nor a directive. */
export function isSignificant(token: Token): boolean {
  return token.kind !== 'comment' && token.kind !== 'directive';
}

/** Whether a token is this unquoted word, in any case. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.value.toUpperCase() === word;
}

/** Whether a token is this operator or punctuation mark. */
export function isOperator(token: Token | undefined, operator: string): boolean {
  return token?.kind === 'operator' && token.value === operator;
}
