/**
 * Colours for a statement that is being typed, by our own tokens.
 *
 * @module
 */

import { CLAUSES, CONTINUES, QUERIES, RESERVED, STARTERS, UNSUPPORTED } from '../../sql/text/keywords.ts';
import type { Token } from '../../sql/text/token.ts';
import { tokensSoFar } from '../../sql/text/tokens.ts';

export type Style = 'keyword' | 'string' | 'number' | 'comment' | 'variable' | 'command' | 'plain';

/** A part of a text that looks alike. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters: the user's own 16 colours, whatever the background. */
const CODES: Readonly<Record<Style, string>> = {
  keyword: '1;34',
  string: '32',
  number: '36',
  comment: '2',
  variable: '35',
  command: '33',
  plain: '',
};

/** What begins a style after another. */
export function switched(from: Style, to: Style): string {
  if (from === to) return '';
  return `${from === 'plain' ? '' : '\u001b[0m'}${to === 'plain' ? '' : `\u001b[${CODES[to]}m`}`;
}

/** The parts of a text, in order; together they are the text. */
export function spansOf(text: string): readonly Span[] {
  if (/^\s*\\/.test(text)) return [{ text, style: 'command' }];
  const { tokens, openAt, unreadableAt } = tokensSoFar(text);
  const spans: Span[] = [];
  let at = 0;
  const add = (end: number, style: Style): void => {
    if (end > at) spans.push({ text: text.slice(at, end), style });
    at = Math.max(at, end);
  };
  for (const token of tokens) {
    add(token.start, 'plain');
    add(token.end, styleOf(token));
  }
  if (openAt !== undefined) {
    add(openAt, 'plain');
    add(text.length, OPEN_STYLES[text[openAt] ?? ''] ?? 'string');
  }
  if (unreadableAt !== undefined) add(unreadableAt, 'plain');
  add(text.length, 'plain');
  return spans;
}

/** Quoted names are no strings, and `/` begins a comment. */
const OPEN_STYLES: Readonly<Record<string, Style>> = { '"': 'plain', '/': 'comment' };

const KEYWORDS: ReadonlySet<string> = new Set([
  ...RESERVED,
  ...STARTERS,
  ...QUERIES,
  ...CLAUSES,
  ...CONTINUES,
  ...UNSUPPORTED,
  'EXTENDED',
  'OVER',
  'PARTITION',
]);

function styleOf({ kind, value }: Token): Style {
  switch (kind) {
    case 'word':
      return KEYWORDS.has(value.toUpperCase()) ? 'keyword' : 'plain';
    case 'string':
    case 'number':
      return kind;
    case 'comment':
    case 'directive':
      return 'comment';
    case 'variable':
    case 'parameter':
    case 'placeholder':
      return 'variable';
    default:
      return 'plain';
  }
}
