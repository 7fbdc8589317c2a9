/**
 * Puts the types of members into a text: `u.profile.login` becomes a call that takes out a text, not JSON.
 *
 * Each type has a macro, whose name stands in DuckDB's own names of result columns; {@link membersAsWritten} takes it out again.
 *
 * @module
 */

import { InternalError } from '../errors.ts';
import { isOperator, isSignificant, type Token } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import type { ColumnType } from '../values.ts';
import { applyEdits, type Edit } from './edits.ts';
import type { EngineMember } from './engine.ts';
import { quote } from './rewrite.ts';

/** The text with the members read as what they are. */
export function withMembers(text: string, members: readonly EngineMember[]): string {
  if (members.length === 0) return text;
  const tokens = tokenize(text).filter(isSignificant);
  const indexAt = new Map(tokens.map((token, index) => [token.start, index]));
  return applyEdits(
    text,
    members.flatMap((member) => memberEdits(member, tokens, indexAt.get(member.offset) ?? -1)),
  );
}

function memberEdits(member: EngineMember, tokens: readonly Token[], start: number): readonly Edit[] {
  const { names, columnLength, isOutput } = member;
  const column = tokens[start + 2 * (columnLength - 1)];
  const isRead = names.every((name, index) => tokens[start + 2 * index]?.value.toLowerCase() === name.toLowerCase());
  const { first, next } = endOf(member, tokens, { first: start, next: start + 2 * names.length - 1 });
  const [opening, last] = [tokens[first], tokens[next - 1]];
  if (!isRead || column === undefined || opening === undefined || last === undefined) {
    throw new InternalError(
      `The engine's parse tree and the text disagree about where ${names.join('.')} stands. Nothing was run.`,
    );
  }
  const isOpened = ['[', '->', '->>'].some((mark) => isOperator(tokens[next], mark));
  // Text has no elements, and JSON no longer is any once it has been made a text.
  const macro = MEMBER_MACROS[isOpened ? 'JSON' : member.type];
  const end = `, '${pathText(member.path).replaceAll("'", "''")}')`;
  return [
    { start: opening.start, end: tokens[start]?.start ?? opening.start, text: `${macro}(` },
    { start: column.end, end: last.end, text: end + (isOutput ? outputName(member) : '') },
  ];
}

interface Extent {
  /** The index of the first token. */
  readonly first: number;
  /** The index behind the last. */
  readonly next: number;
}

/** Behind the steps, `[0].kid`, and around parentheses before them: `(u.profile).login`. */
function endOf({ steps }: EngineMember, tokens: readonly Token[], names: Extent): Extent {
  let { first, next } = names;
  for (const step of steps) {
    while (isOperator(tokens[next], ')') && isOperator(tokens[first - 1], '(')) {
      first -= 1;
      next += 1;
    }
    next += typeof step === 'number' ? 3 : 2;
  }
  return { first, next };
}

/** An element has no name. */
function outputName({ names, steps }: EngineMember): string {
  const last = steps.at(-1) ?? names.at(-1) ?? '';
  return typeof last === 'number' ? '' : ` AS ${quote(last)}`;
}

/** Quoted, so that each name is one. */
export function pathText(path: readonly (string | number)[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${JSON.stringify(step)}`));
  return `$${steps.join('')}`;
}

export const MEMBER_MACROS: Readonly<Record<ColumnType, string>> = {
  VARCHAR: 'oktaql_member_text',
  BIGINT: 'oktaql_member_integer',
  DOUBLE: 'oktaql_member_number',
  BOOLEAN: 'oktaql_member_boolean',
  TIMESTAMPTZ: 'oktaql_member_time',
  JSON: 'oktaql_member_json',
};

const CALL =
  /oktaql_member_(?:text|integer|number|boolean|time|json)\(((?:[^'"]|"(?:[^"]|"")*")*?), '\$((?:[^']|'')*)'\)/g;

/** A name of a result column as the user wrote the members in it. */
export function membersAsWritten(columnName: string): string {
  return columnName.replaceAll(CALL, (_call, column: string, path: string) => {
    const steps = path.replaceAll("''", "'").matchAll(/\.("(?:[^"\\]|\\.)*")|(\[\d+\])/g);
    const written = [...steps].map(([, name, index]) => index ?? `.${nameText(JSON.parse(name ?? '""') as string)}`);
    return column + written.join('');
  });
}

function nameText(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? name : quote(name);
}
