/**
 * Findings that somebody has accepted, until a day: a YAML file that is kept beside the code.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { AuditFileError } from '../errors.ts';
import { positionAt } from '../sql/text/position.ts';
import { type Acceptance, type ControlResult, nameOf } from './result.ts';
import type { Chosen } from './selection.ts';
import { faultIn, readYamlText, type YamlText } from './yaml-file.ts';

const line = z
  .string({ error: 'it is missing, or no text' })
  .trim()
  .min(1, 'it is empty')
  .max(1_000, 'it has more than 1000 characters');

/** One of a baseline's. */
export interface Entry {
  /** `pack/id`, or an id of any pack. */
  readonly control: string;
  /** As the control names it. */
  readonly resource: string;
  /** The only org in which it counts. Without it, it counts in every org: most findings are accepted for a reason of the company's. */
  readonly org?: string | undefined;
  readonly owner: string;
  readonly reason: string;
  /** The last day, `YYYY-MM-DD`. */
  readonly expires: string;
}

const entry: z.ZodType<Entry> = z.strictObject({
  control: line,
  resource: line,
  org: line.optional(),
  owner: line,
  reason: line,
  expires: z.string({ error: 'it is missing, or no day' }).refine(isDay, 'it has to be a day such as 2027-03-31'),
});

const baseline = z.strictObject(
  { accepted: z.array(entry, { error: 'it has to be a list' }).default([]) },
  { error: 'it has to have accepted: a list' },
);

/** What a baseline says of a run. */
export interface Acceptances {
  /** By resource, of one control (`pack/id`) on one org. */
  of(control: string, org: string): (resource: string) => Acceptance | undefined;
  /** Entries whose day is over: they accept nothing any more. Each names its line. */
  readonly expired: readonly AuditFileError[];
  /** Entries of controls that have run and found no such thing: they can go. */
  unused(results: readonly ControlResult[]): readonly Entry[];
}

export const NO_BASELINE: Acceptances = { of: () => () => undefined, expired: [], unused: () => [] };

/**
 * Reads a baseline.
 *
 * @param today `YYYY-MM-DD`, in UTC
 * @throws AuditFileError for what is no baseline, and for a control that the packs do not have
 */
export function readBaseline(file: string, chosen: readonly Chosen[], today: string): Acceptances {
  const source = sourceOf(file);
  const read = readYamlText(source, baseline);
  if (!('value' in read)) throw read.problems[0];
  const { accepted } = read.value;
  for (const [index, each] of accepted.entries()) checkControl(each, index, source, chosen);
  const valid = accepted.filter(({ expires }) => expires >= today);
  const expired = accepted.flatMap((each, index) => (each.expires >= today ? [] : [expiredFault(each, index, source)]));
  return {
    expired,
    of: (control, org) => {
      const mine = valid.filter((each) => isOf(each, control) && (each.org ?? org) === org);
      const byResource = new Map(
        mine.map(({ resource, owner, reason, expires }) => [resource, { owner, reason, expires }]),
      );
      return (resource) => byResource.get(resource);
    },
    unused: (results) =>
      valid.filter((each) => {
        const ran = results.filter((result) => isOf(each, nameOf(result)) && (each.org ?? result.org) === result.org);
        const isJudged = ran.some(({ status }) => status !== 'error' && status !== 'skip');
        return isJudged && !ran.some(({ findings }) => findings.some(({ resource }) => resource === each.resource));
      }),
  };
}

/**
 * Adds an entry to a baseline, or begins one; what stands in the file stays as it is, comments included.
 *
 * @returns the new text of the file
 * @throws AuditFileError for a file that is no baseline
 */
export function withEntry(file: string, added: Entry): string {
  if (!existsSync(file)) return `${HEAD}${stringify({ accepted: [added] })}`;
  const source = sourceOf(file);
  const read = readYamlText(source, baseline);
  if (!('value' in read)) throw read.problems[0];
  const document = parseDocument(source.text);
  if (read.value.accepted.length === 0) document.set('accepted', document.createNode([added]));
  else document.addIn(['accepted'], document.createNode(added));
  return document.toString({ lineWidth: 0 });
}

const HEAD =
  '# Findings that are accepted until a day. oktaql audit --baseline reads them; oktaql audit accept adds to them.\n';

function sourceOf(file: string): YamlText {
  if (!existsSync(file))
    throw new AuditFileError('there is no such baseline', { file, hint: 'oktaql audit accept begins one.' });
  const text = readFileSync(file, 'utf8');
  return { file, text, positionAt: (offset) => positionAt(text, offset) };
}

/** `id` is that of any pack. */
function isOf({ control }: Pick<Entry, 'control'>, name: string): boolean {
  return control === name || control === name.slice(name.indexOf('/') + 1);
}

/** A misspelt name would accept nothing, and nobody would see that. Controls of packs that are not run may be anything. */
function checkControl({ control }: Entry, index: number, source: YamlText, chosen: readonly Chosen[]): void {
  const [pack, id] = control.includes('/') ? control.split('/') : [undefined, control];
  const concerned = pack === undefined ? [] : chosen.filter((each) => each.pack === pack);
  if (concerned.length === 0 || concerned.some((each) => each.control.id === id)) return;
  throw faultIn(source, ['accepted', index, 'control'], `the pack ${pack} has no control ${id}`);
}

function expiredFault({ control, resource, expires, owner }: Entry, index: number, source: YamlText): AuditFileError {
  const what = `what was accepted for ${control} on ${resource} has expired on ${expires}`;
  return faultIn(
    source,
    ['accepted', index, 'expires'],
    what,
    `Ask ${owner}: the finding is gone, is mended, or is accepted anew.`,
  );
}

function isDay(text: string): boolean {
  const isWritten = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const date = new Date(`${text}T00:00:00Z`);
  return isWritten && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** @throws AuditFileError */
export function checkedEntry(given: Readonly<Record<string, unknown>>, file: string): Entry {
  const read = entry.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new AuditFileError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not what is needed'}`, { file });
}
