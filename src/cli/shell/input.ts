/**
 * What somebody types, cut into what can be run: statements up to their semicolon, and commands that begin with a backslash.
 *
 * Entry of the reading half of this room: it knows the text alone, no session and no terminal.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import { type Cut, cutFinished } from '../../sql/text/split.ts';
import { isOperator, isSignificant, type Token } from '../../sql/text/token.ts';
import { type TokensSoFar, tokensSoFar } from '../../sql/text/tokens.ts';

/** One thing to do. */
export type Input =
  | {
      readonly kind: 'statement';
      /** Without its semicolon. */
      readonly text: string;
      /** The line of the text on which it begins, from 1. */
      readonly line: number;
    }
  | {
      readonly kind: 'command';
      /** Without the backslash, to the end of its line. */
      readonly text: string;
      /** What stands before it and has not ended: what `\g` runs and `\e` edits. */
      readonly buffer: string;
      readonly line: number;
    };

export interface InputSoFar {
  readonly items: readonly Input[];
  /** What goes on; empty where nothing has begun. */
  readonly rest: string;
  /** The line of the text on which the rest begins, from 1. */
  readonly restLine: number;
}

export interface InputTerms {
  /**
   * Whether more is to come behind the text. `no`: this is all of it, so that what has begun is a statement. `maybe`: its writer
   * waits for an answer. `yes`: a comment such as `-- required;` ends a statement only where another follows, as in a file.
   */
  readonly more: 'no' | 'maybe' | 'yes';
}

/** Throws nothing: what cannot be read is given on once it ends in a semicolon, and refused by whoever runs it. */
export function readInput(text: string, terms: InputTerms): InputSoFar {
  const items: Input[] = [];
  let [rest, line] = [text, 1];
  for (;;) {
    const word = WORD_COMMAND.exec(rest);
    if (word !== null && items.every(({ kind }) => kind === 'command')) {
      return {
        items: [...items, { kind: 'command', text: (word[1] ?? '').toLowerCase(), buffer: '', line }],
        ...ENDED,
      };
    }
    const read = tokensSoFar(rest);
    const command = read.tokens.find((token) => isOperator(token, '\\'));
    const before = command === undefined ? read : tokensSoFar(rest.slice(0, command.start));
    const whole = command === undefined ? rest : rest.slice(0, command.start);
    const cut = statementsIn(whole, before, command === undefined ? terms : { more: 'maybe' });
    items.push(...cut.items.map((item) => ({ ...item, line: item.line + line - 1 })));
    if (command === undefined) return { items, rest: cut.rest, restLine: cut.restLine + line - 1 };
    const end = endOfLine(rest, command.start);
    const said = rest.slice(command.end, end).trim();
    items.push({ kind: 'command', text: said, buffer: cut.rest, line: lineAt(rest, command.start) + line - 1 });
    line += lineAt(rest, Math.min(end + 1, rest.length)) - 1;
    rest = rest.slice(end + 1);
    if (rest.trim() === '') return { items, rest: '', restLine: line };
  }
}

/** As in psql and DuckDB's shell, and what newcomers try first. */
const WORD_COMMAND = /^\s*(help|exit|quit)\s*;?\s*$/i;

const ENDED = { rest: '', restLine: 1 };

interface Statements extends InputSoFar {
  readonly items: readonly (Input & { readonly kind: 'statement' })[];
}

function statementsIn(text: string, read: TokensSoFar, { more }: InputTerms): Statements {
  const { tokens, openAt, unreadableAt } = read;
  if (more === 'yes' && endsInDoubt(tokens.at(-1))) return { items: [], rest: text, restLine: 1 };
  const { finished, rest } = cutOf(tokens);
  const items: Statements['items'] = finished.map((slice) => statementAt(text, slice[0]?.start, slice.at(-1)?.end));
  const restAt = restStart(tokens, finished, text);
  const left = text.slice(restAt);
  const isOver = more === 'no' || (unreadableAt !== undefined && /;\s*$/.test(left));
  const hasContent = rest.some(isSignificant) || openAt !== undefined || unreadableAt !== undefined;
  if (hasContent && isOver) return { items: [...items, statementAt(text, restAt, text.length)], ...ENDED };
  if (hasContent || more === 'yes') return { items, rest: left, restLine: lineAt(text, restAt) };
  return { items, ...ENDED };
}

/** Whether a statement is over depends on what follows. */
function endsInDoubt(last: Token | undefined): boolean {
  return last?.kind === 'comment' && !last.text.startsWith('/*') && last.text.trimEnd().endsWith(';');
}

interface CutTokens {
  readonly finished: readonly (readonly Token[])[];
  readonly rest: readonly Token[];
}

function cutOf(tokens: readonly Token[]): CutTokens {
  try {
    const { finished, rest }: Cut = cutFinished(tokens);
    return { finished: finished.map((slice) => slice.tokens), rest };
  } catch (error) {
    // One that is too long is refused when it is run.
    if (error instanceof NotSupportedError) return { finished: [tokens], rest: [] };
    throw error;
  }
}

/** Behind what ended the last statement. */
function restStart(tokens: readonly Token[], finished: CutTokens['finished'], text: string): number {
  const last = finished.at(-1)?.at(-1);
  const from = last === undefined ? 0 : (tokens[tokens.indexOf(last) + 1]?.end ?? last.end);
  return from + (/^[\s;]*/.exec(text.slice(from))?.[0].length ?? 0);
}

function statementAt(text: string, start = 0, end = text.length): Statements['items'][number] {
  return { kind: 'statement', text: text.slice(start, end).trim(), line: lineAt(text, start) };
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
