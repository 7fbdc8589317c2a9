/**
 * Habits of other databases and of command lines, told by their tokens: what somebody meant who wrote them.
 *
 * @module
 */

import { SqlSyntaxError } from '../../errors.ts';
import { excerptAt, positionAt } from './position.ts';
import { isOperator, isSignificant, isWord, type Token } from './token.ts';

/**
 * Refuses what is no SQL here, but would be read as something else or explained badly.
 *
 * @throws SqlSyntaxError for names in backticks, for MySQL's `LIMIT 5, 10`, and for ids without quotes that begin with a digit
 */
export function refuseHabits(tokens: readonly Token[], input: string): void {
  const significant = tokens.filter(isSignificant);
  for (const [index, token] of significant.entries()) {
    const [next, afterNext, last] = [significant[index + 1], significant[index + 2], significant[index + 3]];
    if (isOperator(token, '`')) {
      const name = next?.kind === 'word' ? next.text : 'name';
      throw habit(token, tokens, input, 'A name stands in double quotes, not in backticks', `Write "${name}".`);
    }
    if (isBareId(token, next, significant[index - 1])) {
      const column = significant[index - 2]?.text ?? 'id';
      const hint = `A text stands in single quotes: ${column} = '${token.text}${next?.text}'.`;
      throw habit(token, tokens, input, `${token.text}${next?.text} is no number`, hint);
    }
    const isPair = next?.kind === 'number' && last?.kind === 'number' && isOperator(afterNext, ',');
    if (isWord(token, 'LIMIT') && isPair) {
      const hint = `Write LIMIT ${last.text} OFFSET ${next.text}: the first number is how many rows are passed over.`;
      throw habit(afterNext, tokens, input, 'LIMIT takes one number', hint);
    }
  }
}

/** `appId = 0oa1gjh63g214q0Hq0g4`: a number, and at once a word that is no keyword, since it has digits. */
function isBareId(token: Token, next: Token | undefined, before: Token | undefined): boolean {
  const isJoined = token.kind === 'number' && next?.kind === 'word' && next.start === token.end;
  return (
    isJoined && isOperator(before, '=') && /\d/.test(next.value) && `${token.text}${next.text}`.length <= LONGEST_ID
  );
}

/** Longer ones could be keys, which no error shows. */
const LONGEST_ID = 24;

function habit(
  token: Token | undefined,
  tokens: readonly Token[],
  input: string,
  message: string,
  hint: string,
): SqlSyntaxError {
  const position = positionAt(input, token?.start ?? 0);
  return new SqlSyntaxError(`${message} (line ${position.line}, column ${position.column}).`, {
    position,
    excerpt: excerptAt(input, position.offset, tokens),
    hint,
  });
}

/**
 * What to write where a name that is no column may be a text without its quotes: it stands behind `=`, as in
 * `subdomain = my-org`. Undefined where it does not.
 */
export function quotedValue(tokens: readonly Token[], name: string): string | undefined {
  const significant = tokens.filter(isSignificant);
  const at = significant.findIndex(
    (token, index) =>
      (token.kind === 'word' || token.kind === 'quoted') &&
      token.value === name &&
      isOperator(significant[index - 1], '='),
  );
  const column = significant[at - 2];
  const first = significant[at];
  if (first === undefined || (column?.kind !== 'word' && column?.kind !== 'quoted')) return undefined;
  if (first.kind === 'quoted') return `${column.text} = '${first.value.replaceAll("'", "''")}'`;
  let value = first.text;
  // What touches belongs to it: `my-org`, `a@example.com`, `acme.okta.com`.
  for (let next = at + 1; significant[next]?.start === significant[next - 1]?.end; next += 1) {
    const token = significant[next];
    if (token === undefined || ['(', ')', ',', ';', '::', '['].includes(token.text)) break;
    value += token.text;
  }
  return `${column.text} = '${value}'`;
}
