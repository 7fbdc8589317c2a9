import type { SimulatedApp } from '../org/org.ts';

/** Decides whether an application belongs in a list. */
export type AppTest = (app: SimulatedApp) => boolean;

const ATTRIBUTES: ReadonlyMap<string, (app: SimulatedApp) => string | undefined> = new Map([
  ['id', (app: SimulatedApp) => app.id],
  ['name', (app: SimulatedApp) => app.name],
  ['status', (app: SimulatedApp) => app.status],
  ['credentials.signing.kid', (app: SimulatedApp) => app.signingKid],
]);

/**
 * Reads a `filter` of `attribute eq "value"` terms joined by `and` and `or`, `and` binding tighter.
 * Returns undefined for anything else; Okta calls that invalid search criteria.
 */
export function parseAppFilter(filter: string): AppTest | undefined {
  const tokens = tokenize(filter);
  if (tokens === undefined) return undefined;
  const alternatives = splitOn(tokens, 'or').map((part) => splitOn(part, 'and').map(parseTerm));
  if (alternatives.flat().includes(undefined)) return undefined;
  return (app) => alternatives.some((terms) => terms.every((term) => term?.(app)));
}

/** `q` of the list: the beginning of the name or the label, in any case. */
export function startsWith(prefix: string): AppTest {
  const wanted = prefix.toLowerCase();
  return ({ name, label }) => [name, label].some((text) => text.toLowerCase().startsWith(wanted));
}

function tokenize(filter: string): readonly string[] | undefined {
  const token = /\s*("(?:[^"\\]|\\.)*"|[A-Za-z][\w.]*)\s*/y;
  const tokens: string[] = [];
  while (token.lastIndex < filter.length) {
    const match = token.exec(filter);
    if (match?.[1] === undefined) return undefined;
    tokens.push(match[1]);
  }
  return tokens;
}

function splitOn(tokens: readonly string[], word: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const token of tokens) {
    if (token.toLowerCase() === word) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function parseTerm(tokens: readonly string[]): AppTest | undefined {
  const [attribute, operator, literal, ...rest] = tokens;
  const read = ATTRIBUTES.get(attribute ?? '');
  const value = literal === undefined ? undefined : unquote(literal);
  if (read === undefined || operator !== 'eq' || value === undefined || rest.length > 0) return undefined;
  return (app) => read(app) === value;
}

function unquote(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
