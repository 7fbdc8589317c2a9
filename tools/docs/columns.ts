/**
 * Which columns and attributes an example names.
 *
 * @module
 */

import { quoteName } from '../../src/plan/examples.ts';
import type { Field, Method, Resource, TableColumn } from '../../src/registry/resource.ts';
import type { PageInput } from './inputs.ts';

/** What people look at first. */
const FIRST_COLUMNS: readonly string[] = [
  'id',
  'label',
  'name',
  'displayName',
  'title',
  'kid',
  'type',
  'status',
  'created',
  'lastUpdated',
];

const LABELS: readonly string[] = ['label', 'name', 'displayName', 'title'];

const SHOWN_COLUMNS = 6;

/** How a select list is to be. */
interface ListForm {
  /** The table's alias with a dot. */
  readonly prefix?: string;
  /** Columns to begin with. */
  readonly first?: readonly string[];
}

/** The select list of an example: what tells the rows apart, then what is read easily. */
export function selectList(
  resource: Resource,
  input: PageInput | undefined,
  { prefix = '', first = [] }: ListForm = {},
): string {
  const fields = resource.columns.filter((column) => isReadable(column) && !first.includes(column.name));
  const leading = FIRST_COLUMNS.flatMap((name) => fields.filter((field) => field.name === name));
  const others = fields.filter((field) => !leading.includes(field));
  const simple = [...others.filter(({ type }) => type !== 'JSON'), ...others.filter(({ type }) => type === 'JSON')];
  const names = [...leading, ...simple].slice(0, SHOWN_COLUMNS).map(({ name }) => prefix + quoteName(name));
  const label = input?.label === undefined ? [] : [labelText(input.label, prefix)];
  const [id = `${prefix}*`, ...rest] = names;
  return [...first.map((name) => prefix + quoteName(name)), id, ...label, ...rest].join(', ');
}

/** By what an object is known, or undefined where only ids tell objects apart. */
export function labelColumn(resource: Resource, input: PageInput | undefined, prefix: string): string | undefined {
  if (input?.label !== undefined) return labelText(input.label, prefix);
  const name = LABELS.find((candidate) =>
    resource.columns.filter(isReadable).some((field) => field.name === candidate),
  );
  return name && prefix + quoteName(name);
}

function isReadable({ name, origin, secrets = [] }: TableColumn): boolean {
  return origin === 'response' && secrets.length === 0 && !name.startsWith('_');
}

function labelText(path: string, prefix: string): string {
  const [column = '', ...members] = path.split('.');
  const steps = members.map((member, index) => `${index === members.length - 1 ? '->>' : '->'}'${member}'`);
  return `${prefix}${quoteName(column)}${steps.join('')} AS ${quoteName(members.at(-1) ?? column)}`;
}

/** What people set first. */
const FIRST_ATTRIBUTES: readonly string[] = [
  'name',
  'label',
  'displayName',
  'profile',
  'type',
  'value',
  'conditions',
  'actions',
  'settings',
];

/** What the API sets, or sets well where it is not given. */
const SELDOM_SET: readonly string[] = ['id', 'status', 'system', 'createdBy', 'lastUpdatedBy', '_links'];

/**
 * The body attributes that an example names: the required ones, filled up to `count` with what people set first; or those
 * that a person has chosen.
 *
 * Throws for a chosen one that the body does not have.
 */
export function shownAttributes({ key, body }: Method, count: number, chosen?: readonly string[]): readonly Field[] {
  const fields = body?.fields ?? [];
  const byNames = (names: readonly string[]): readonly Field[] =>
    names.flatMap((name) => fields.filter((field) => field.name === name));
  if (chosen !== undefined) {
    const unknown = chosen.find((name) => byNames([name]).length === 0);
    if (unknown !== undefined) throw new Error(`pages.yaml: the body of ${key} has no attribute ${unknown}.`);
    return byNames(chosen);
  }
  const required = byNames(body?.required ?? []);
  const first = byNames(FIRST_ATTRIBUTES);
  const other = fields.filter((field) => !first.includes(field) && /^\w+$/.test(field.name));
  const usual = [...first, ...other].filter(({ name }) => !SELDOM_SET.includes(name));
  const more = [...usual, ...other].filter((field) => !required.includes(field));
  return [...required, ...new Set(more)].slice(0, Math.max(required.length, count));
}
