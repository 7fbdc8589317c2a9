/**
 * Operators that DuckDB 1.5 reads otherwise than PostgreSQL, SQLite and DuckDB 2.0 do, written so that it reads them alike:
 *
 * - `->` and `->>` bind less than AND there, since a lambda's arrow does: each chain of them gets parentheses. They bind more
 *   than all operators but arithmetic, `||` included, which in PostgreSQL stands on their level.
 * - `~` and its kin match the whole text there, or do not exist: they become calls of regexp_matches, which matches a part.
 * - PostgreSQL's `#>`, `@>`, `?` and their kin do not exist for JSON there (`json-operators.ts`).
 * - Binding takes twice as long with each `->` there. In a long chain they become calls, of which that is not true.
 *
 * @module
 */

import { isOperator, isSignificant, type Token } from '../sql/text/token.ts';
import { Changes } from './changes.ts';
import type { Edit } from './edits.ts';
import { callJsonTests, isJsonTest, isPathArrow, pathAsList, withJsonNames } from './json-operators.ts';
import { isArrow, type Operand, type Segment, segmentsOf } from './segments.ts';

/** Longer chains of `->` are calls. A result column that has no other name is named by its expression, so not all are. */
const LONGEST_CHAIN = 6;

interface Match {
  readonly isNegated: boolean;
  /** What follows the pattern. */
  readonly options: string;
}

const MATCHES: Readonly<Record<string, Match>> = {
  '~': { isNegated: false, options: '' },
  '!~': { isNegated: true, options: '' },
  '~*': { isNegated: false, options: ", 'i'" },
  '!~*': { isNegated: true, options: ", 'i'" },
};

/**
 * What makes DuckDB 1.5 read the operators of a text as they are meant.
 *
 * @param isPrinted whether the text is only printed: what DuckDB can read stays then
 */
export function operatorEdits(
  tokens: readonly Token[],
  { isPrinted = false }: { readonly isPrinted?: boolean } = {},
): readonly Edit[] {
  const significant = tokens.filter(isSignificant);
  const changes = new Changes();
  withJsonNames(significant, changes);
  if (!significant.some((token) => isArrow(token) || isMatch(token) || isJsonTest(token))) return changes.edits();
  significant.forEach((token, index) => {
    if (isArrow(token) && isSign(significant[index + 1], token.end)) changes.replace(token, `${token.text} `);
  });
  for (const segment of segmentsOf(significant)) {
    for (const chain of chainsOf(segment)) closeChain(chain, significant, changes);
    callMatches(segment, changes);
    callJsonTests(segment, significant, { changes, isPrinted });
  }
  return changes.edits();
}

function isMatch(token: Token | undefined): boolean {
  return token?.kind === 'operator' && Object.hasOwn(MATCHES, token.text);
}

/** Whether a sign touches the operator that ends there: `->-` is another operator to DuckDB than to PostgreSQL. */
function isSign(token: Token | undefined, end: number): boolean {
  return token?.start === end && (isOperator(token, '-') || isOperator(token, '+'));
}

/** The parts of a segment that arrows hold together. */
function chainsOf({ operands, operators, before, after }: Segment): readonly Segment[] {
  const chains: Segment[] = [];
  for (let start = 0; start < operators.length; start += 1) {
    let end = start;
    while (isArrow(operators[end])) end += 1;
    if (end === start) continue;
    chains.push({
      operands: operands.slice(start, end + 1),
      operators: operators.slice(start, end),
      before: start === 0 ? before : operators[start - 1],
      after: operators[end] ?? after,
    });
    start = end;
  }
  return chains;
}

function closeChain(chain: Segment, tokens: readonly Token[], changes: Changes): void {
  const [first, last] = [chain.operands[0]?.first, chain.operands.at(-1)?.last];
  if (first === undefined || last === undefined) return;
  const isLong = chain.operators.filter((operator) => isOperator(operator, '->')).length > LONGEST_CHAIN;
  if (isLong || chain.operators.some(isPathArrow)) callArrows(first, chain, { isLong, tokens, changes });
  if (!isClosed(chain)) changes.enclose({ first, last }, '(', ')');
}

/** Whether nothing beside the chain could be taken for a part of it. */
function isClosed({ before, after }: Segment): boolean {
  const opens = ['(', '[', ','].some((mark) => isOperator(before, mark));
  return opens && [')', ']', ','].some((mark) => isOperator(after, mark));
}

interface Calling {
  readonly isLong: boolean;
  readonly tokens: readonly Token[];
  readonly changes: Changes;
}

/**
 * `a -> b -> c` as json_extract_path(json_extract_path(a, b), c), which is another name of what the arrow calls, where that is long;
 * `a #> '{b,c}'` as a call of our own in any case.
 */
function callArrows(first: Token, { operands, operators }: Segment, { isLong, tokens, changes }: Calling): void {
  operators.forEach((operator, index) => {
    const operand = operands[index + 1];
    if (operand === undefined) return;
    const { last } = operand;
    if (isPathArrow(operator)) {
      changes.replace(operator, '),');
      changes.enclose({ first, last }, isOperator(operator, '#>') ? 'oktaql_json_at((' : 'oktaql_text_at((', ')');
      pathAsList(operand, tokens, changes);
    } else if (isLong && isOperator(operator, '->')) {
      changes.replace(operator, ',');
      changes.enclose({ first, last }, 'json_extract_path(', ')');
    }
  });
}

/** They bind less than all else in a segment, as in DuckDB 2.0 and as LIKE does: `a ~ '^' || b` has a pattern in two parts. */
function callMatches({ operands, operators }: Segment, changes: Changes): void {
  const places = [...operators.keys()].filter((index) => isMatch(operators[index]));
  places.forEach((place, index) => {
    const [operator, first, pattern] = [operators[place], operands[0]?.first, operands[place + 1]];
    const last = operands[places[index + 1] ?? operators.length]?.last;
    const match = MATCHES[operator?.text ?? ''];
    if (operator === undefined || first === undefined || last === undefined || match === undefined) return;
    if (pattern === undefined || isQuantified(pattern)) return;
    changes.replace(operator, ',');
    const opening = match.isNegated ? '(NOT regexp_matches(' : 'regexp_matches(';
    changes.enclose({ first, last }, opening, match.options + (match.isNegated ? '))' : ')'));
  });
}

/** `a ~ ANY (…)`: DuckDB says that it does not know that, where of a call it would say less. */
function isQuantified({ first, last }: Operand): boolean {
  return first !== last && first.kind === 'word' && /^(?:any|all|some)$/i.test(first.value);
}
