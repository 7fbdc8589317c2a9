/**
 * `?` is a parameter where an operand is expected, and PostgreSQL's operator on JSON where it stands between two: `profile ? 'login'`.
 * Its kin `?|` and `?&` are two characters that the tokenizer reads apart.
 *
 * @module
 */

import { isOperator, isSignificant, type Token } from './token.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that are no operand, so that one is expected behind them. */
const BEFORE_OPERANDS = words(`
  ALL AND ANY AS ASYMMETRIC BETWEEN BY CASE DISTINCT ELSE ESCAPE EXCEPT FETCH FILTER FIRST FOR FROM GLOB HAVING ILIKE IN INTERSECT
  INTERVAL INTO IS JOIN LIKE LIMIT NEXT NOT OFFSET ON OR PERCENT PRECISION QUALIFY RETURNING SAMPLE SELECT SET SIMILAR SOME SYMMETRIC
  THEN TO TOP UNION USING VALUES VARIADIC WHEN WHERE WITH ZONE`);

/** Words that no operand begins with: what stands before them is the last one. */
const BEHIND_OPERANDS = words(`
  AND AS ASC AT BETWEEN COLLATE CROSS DAY DAYS DESC DO ELSE END ESCAPE EXCEPT FETCH FOR FROM FULL GLOB GROUP HAVING HOUR HOURS ILIKE IN
  INNER INTERSECT INTO IS ISNULL JOIN LEFT LIKE LIMIT MINUTE MINUTES MONTH MONTHS NATURAL NOTNULL OFFSET ON OR ORDER PERCENT QUALIFY
  RETURNING RIGHT ROW ROWS SECOND SECONDS SIMILAR THEN TO UNION USING WEEK WEEKS WHEN WHERE WINDOW WITH YEAR YEARS`);

/** The tokens with those question marks as operators that are some. */
export function withQuestionOperators(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(isQuestion)) return tokens;
  const read: Token[] = [];
  let before: Token | undefined;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const operator = isQuestion(token) && endsOperand(before) ? operatorAt(tokens, index) : undefined;
    const taken = operator ?? token;
    // Two characters are one operator.
    if (operator !== undefined && operator.end > token.end) index += 1;
    read.push(taken);
    if (isSignificant(taken)) before = taken;
  }
  return read;
}

function isQuestion({ kind, text }: Token): boolean {
  return kind === 'parameter' && text === '?';
}

function operatorAt(tokens: readonly Token[], index: number): Token | undefined {
  const [question, touching] = [tokens[index], tokens[index + 1]];
  if (question === undefined) return undefined;
  const isPair = touching?.start === question.end && (isOperator(touching, '|') || isOperator(touching, '&'));
  const { start } = question;
  const end = isPair ? touching.end : question.end;
  const behind = tokens.slice(index + (isPair ? 2 : 1)).find(isSignificant);
  if (!beginsOperand(behind)) return undefined;
  const text = isPair ? `?${touching.text}` : '?';
  return { kind: 'operator', text, value: text, start, end };
}

function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'operator') return [')', ']', '}'].includes(token.text);
  return token.kind !== 'word' || !BEFORE_OPERANDS.has(token.value.toUpperCase());
}

function beginsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'operator') return ['(', '[', '{'].includes(token.text);
  return token.kind !== 'word' || !BEHIND_OPERANDS.has(token.value.toUpperCase());
}
