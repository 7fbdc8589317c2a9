/** Members of JSON columns: how a statement may write them, and what plain tables call the same. */

import fc from 'fast-check';
import { aliased, either } from './predicates.ts';
import type { Compared, Member, MemberType, Terms } from './table.ts';

/** `settings.oauthClient.redirect_uris[0]`, with `?` behind one that no document declares, and `: number` and the like behind others than texts. */
export function memberOf(text: string): Member {
  const [, names = '', unknown, type = 'text'] = /^([\w.[\]]+)(\?)?(?:: (\w+))?$/.exec(text) ?? [];
  const [column = '', ...path] = names.split(/[.[\]]+/).filter((name) => name !== '');
  return {
    column,
    path: path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
    type: type as MemberType,
    isDeclared: unknown === undefined,
  };
}

/** The way that has an arrow for its last step; with it, there are five. */
export const WITH_ARROW = 4;
const SPELLINGS = WITH_ARROW + 1;

/** A member of the column of a table, or of what a query calls it. */
export function written(
  member: Member,
  { spelling = 0, column = member.column }: { readonly spelling?: number; readonly column?: string } = {},
): string {
  return either(product(member, spelling, column), plainMember(member, column), 'dots');
}

function product({ path, isDeclared, type }: Member, spelling: number, column: string): string {
  const dots = (quote: (name: string) => string, steps = path): string =>
    steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${quote(step)}`)).join('');
  const last = path.at(-1);
  switch (spelling) {
    case 1:
      return `{t}."${column}"${dots((name) => `"${name}"`)}`;
    case 2:
      return `({t}.${column})${dots(String)}`;
    case 3:
      return isDeclared
        ? `{t}.${column.toUpperCase()}${dots((name) => name.toUpperCase())}`
        : `{t}.${column}${dots(String)}`;
    case WITH_ARROW:
      return type === 'text' && path.length > 1 && typeof last === 'string'
        ? `{t}.${column}${dots(String, path.slice(0, -1))}->>'${last}'`
        : `{t}.${column}${dots(String)}`;
    default:
      return `{t}.${column}${dots(String)}`;
  }
}

/** A plain table's JSON knows no types. */
export function plainMember({ path, type }: Member, column: string): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `."${step}"`)).join('');
  if (type === 'json') return `nullif(json_extract({t}.${column}, '$${steps}'), 'null')`;
  const text = `json_extract_string({t}.${column}, '$${steps}')`;
  return { text, number: `(${text})::BIGINT`, truth: `(${text})::BOOLEAN` }[type];
}

/** A field of the object as it was sent, beside the column of that name. */
export const rawField = (name: string): string => either(`{t}._raw.${name}`, `{t}.${name}`, 'dots');

/** Conditions may say each in every way. */
export function termsOf(members: readonly Member[], values: ReadonlyMap<Member, readonly string[]>): Terms {
  const all = (type: MemberType): readonly string[] =>
    members.filter((each) => each.type === type).flatMap((each) => spelt(each));
  const texts: readonly Compared[] = members
    .filter(({ type }) => type === 'text')
    .flatMap((each) => spelt(each).map((expression) => ({ expression, values: values.get(each) ?? [] })));
  return { texts, times: [], numbers: all('number'), truths: all('truth') };
}

const spelt = (member: Member): readonly string[] =>
  Array.from({ length: SPELLINGS }, (_, spelling) => written(member, { spelling }));

export const spellings: fc.Arbitrary<number> = fc.nat(SPELLINGS - 1);

/** A member of something that stands in FROM under this name. */
export function memberIn(alias: string, member: Member, options?: Parameters<typeof written>[1]): string {
  return aliased(written(member, options), alias);
}
