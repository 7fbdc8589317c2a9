/**
 * A folder → a pack of controls: the entry of this folder for whoever only reads packs.
 *
 * The room `audit/` runs packs, reports and keeps what they found. It knows no command line: what it is given of one is an output to
 * write to and a session to ask.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { AuditFileError } from '../errors.ts';
import { nearestNames } from '../registry/nearest.ts';
import type { ParameterValue } from '../sql/statement.ts';
import { positionAt } from '../sql/text/position.ts';
import { own } from '../values.ts';
import type { Control, ControlGroup, Pack } from './control.ts';
import { idText, parameterDefaults, readControl } from './control-file.ts';
import { faultIn, readYamlText, type YamlText } from './yaml-file.ts';

const MANIFEST = 'pack.yaml';

const line = z
  .string({ error: 'it has to be a text' })
  .trim()
  .min(1, 'it is empty')
  .max(200, 'it has more than 200 characters');
const missing = { error: 'it is missing, or no text' };

const manifest = z.strictObject(
  {
    title: z.string(missing).trim().min(1, 'it is empty').max(200, 'it has more than 200 characters'),
    description: z.string().trim().max(4_000, 'it has more than 4000 characters').optional(),
    version: z
      .union([line, z.number()], { error: 'it is missing, or no text such as "1.0.0"' })
      .transform((version) => String(version)),
    groups: z
      .array(
        z.strictObject({ id: idText, title: line, controls: z.array(idText, { error: 'it has to be a list of ids' }) }),
        { error: 'it has to be a list of { id, title, controls }' },
      )
      .min(1, 'there is no group in it'),
    stig: z
      .strictObject(
        { name: line, id: line, version: line, release: line, reference: line.optional() },
        { error: 'it has to be { name, id, version, release }, perhaps with reference' },
      )
      .optional(),
    parameters: parameterDefaults.default({}),
  },
  { error: 'it has to have title, version and groups' },
);

type Manifest = z.infer<typeof manifest>;

/** A pack, as far as there is one, and all that is wrong with its files. */
export interface PackReading {
  readonly pack?: Pack;
  readonly problems: readonly AuditFileError[];
}

/**
 * Reads a pack. A control whose own file is wrong is in it, as one that holds nowhere.
 *
 * @param name a folder, or the name of a pack that comes with oktaql
 * @throws AuditFileError for what is wrong with the pack itself: no such folder, two equal ids, a group that names no control
 */
export function loadPack(name: string): Pack {
  const { pack, problems } = readPack(name);
  if (pack === undefined) throw problems[0] ?? new AuditFileError('it is no pack', { file: name });
  return pack;
}

/** As {@link loadPack}, with all that is wrong, its controls included, in place of the first of it. */
export function readPack(name: string): PackReading {
  const folder = packFolder(name);
  if (folder instanceof AuditFileError) return { problems: [folder] };
  const file = join(folder, MANIFEST);
  const text = readFileSync(file, 'utf8');
  const source: YamlText = { file: shownPath(file), text, positionAt: (offset) => positionAt(text, offset) };
  const read = readYamlText(source, manifest);
  const controls = controlFiles(folder).map((path) =>
    readControl(readFileSync(path, 'utf8'), shownPath(path), basename(path, '.sql')),
  );
  const theirs = controls.flatMap(({ body }) => (body.kind === 'broken' ? body.problems : []));
  if (!('value' in read)) return { problems: [...read.problems, ...theirs] };
  const faults = [...equalIds(controls), ...groupFaults(source, read.value, controls)];
  if (faults.length > 0) return { problems: [...faults, ...theirs] };
  const unknown = unknownParameters(source, read.value, controls);
  const pack: Pack = {
    name: basename(folder),
    title: read.value.title,
    description: read.value.description,
    version: read.value.version,
    stig: read.value.stig,
    folder,
    groups: read.value.groups.map(
      (group): ControlGroup => ({ ...group, controls: pick(group.controls, controls, read.value) }),
    ),
  };
  return unknown.length > 0 ? { problems: [...unknown, ...theirs] } : { pack, problems: theirs };
}

/** Names of the packs that come with oktaql, in the order in which they run where none is named. */
export function builtInPacks(): readonly string[] {
  const folder = builtInFolder();
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, MANIFEST)))
    .sort();
}

const require = createRequire(import.meta.url);

/** By the package's name, wherever in it this code stands. */
function builtInFolder(): string {
  return join(dirname(require.resolve('oktaql/package.json')), 'packs');
}

/** A path says that it is one; a bare name is that of a pack of ours first. */
function packFolder(name: string): string | AuditFileError {
  const isPath = name.includes('/') || name.includes(sep) || name.startsWith('.');
  const known = isPath ? [] : builtInPacks();
  const folder = known.includes(name) ? join(builtInFolder(), name) : resolve(name);
  if (existsSync(join(folder, MANIFEST))) {
    if (PACK_NAME.test(basename(folder))) return folder;
    return new AuditFileError('the name of a pack’s folder is letters, digits, points, hyphens and _', { file: name });
  }
  const near = nearestNames(name, known);
  const hint = `Packs that come with oktaql: ${(near.length > 0 ? near : builtInPacks()).join(', ') || 'none'}. oktaql audit new NAME begins one.`;
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return new AuditFileError(isFolder ? `there is no ${MANIFEST} in it` : 'there is no such pack and no such folder', {
    file: name,
    hint,
  });
}

const PACK_NAME = /^[A-Za-z0-9][\w.-]{0,79}$/;

/** Every `.sql` of the folder and of those in it, in the order of their names. */
function controlFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function equalIds(controls: readonly Control[]): readonly AuditFileError[] {
  return controls.flatMap((control, index) => {
    const first = controls.findIndex(({ id }) => id === control.id);
    if (first === index) return [];
    const problem = `the id ${control.id} is that of ${controls[first]?.file} too`;
    return [
      new AuditFileError(problem, {
        file: control.file,
        position: idPosition(control),
        hint: 'Give one of them another id.',
      }),
    ];
  });
}

function idPosition({ file }: Control): { readonly line: number; readonly column: number } {
  const lines = readFileSync(resolve(file), 'utf8').split(/\r?\n/);
  const index = lines.findIndex((each) => /^\s*--\s*id\s*:/.test(each));
  return index === -1 ? { line: 1, column: 1 } : { line: index + 1, column: (lines[index] ?? '').indexOf('id') + 1 };
}

/** A control that is in no group would never run, and nobody would see that. */
function groupFaults(source: YamlText, { groups }: Manifest, controls: readonly Control[]): readonly AuditFileError[] {
  const ids = controls.map(({ id }) => id);
  const seen = new Set<string>();
  const faults: AuditFileError[] = [];
  const see = (name: string, path: readonly (string | number)[], again: string): void => {
    if (seen.has(name)) faults.push(faultIn(source, path, again));
    seen.add(name);
  };
  groups.forEach((group, at) => {
    see(`group ${group.id}`, ['groups', at, 'id'], `there are two groups with the id ${group.id}`);
    group.controls.forEach((id, index) => {
      const path = ['groups', at, 'controls', index];
      see(id, path, `the control ${id} is in two places`);
      if (ids.includes(id)) return;
      const [near] = nearestNames(id, ids);
      const hint = near === undefined ? `A control is a file of this folder: ${id}.sql.` : `Did you mean ${near}?`;
      faults.push(faultIn(source, path, `there is no control ${id}`, hint));
    });
  });
  const lost = controls.filter(({ id }) => !seen.has(id));
  return [
    ...faults,
    ...lost.map(({ id, file }) => faultIn(source, ['groups'], `no group has the control ${id} (${file})`)),
  ];
}

function unknownParameters(
  source: YamlText,
  { parameters }: Manifest,
  controls: readonly Control[],
): readonly AuditFileError[] {
  // What a broken file declares is not known.
  if (controls.some(({ body }) => body.kind === 'broken')) return [];
  const known = [...new Set(controls.flatMap((control) => Object.keys(control.parameters)))];
  return Object.keys(parameters)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const [near] = nearestNames(name, known);
      const hint = near === undefined ? 'A control declares its parameters in its head.' : `Did you mean ${near}?`;
      return faultIn(source, ['parameters', name], `no control has the parameter ${name}`, hint);
    });
}

function pick(ids: readonly string[], controls: readonly Control[], { parameters }: Manifest): readonly Control[] {
  return ids
    .flatMap((id) => controls.filter((control) => control.id === id))
    .map((control) => withDefaults(control, parameters));
}

/** The control with these values in place of its own, where it has parameters of those names. */
export function withDefaults(control: Control, values: Readonly<Record<string, ParameterValue>>): Control {
  const entries = Object.entries(control.parameters).map(([name, parameter]) => {
    const value = own(values, name);
    return [name, value === undefined ? parameter : { ...parameter, default: value }] as const;
  });
  return { ...control, parameters: Object.fromEntries(entries) };
}

/** As short as it leads there from where the user is. */
function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
