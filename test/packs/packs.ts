/** The packs as their files say, read without the product's loader, which has tests of its own. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../packs/', import.meta.url));

export interface Reference {
  readonly title: string;
  readonly url?: string;
  readonly id?: string;
}

export interface Control {
  readonly pack: string;
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly description: string;
  readonly remediation: string;
  readonly references: readonly Reference[];
  readonly parameters: Readonly<Record<string, { readonly default: number; readonly description: string }>>;
  readonly needs: readonly string[];
  readonly chart?: string;
  readonly manual?: string;
  /** Empty where a person has to look. */
  readonly sql: string;
}

export interface Pack {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly groups: readonly { readonly id: string; readonly title: string; readonly controls: readonly string[] }[];
  readonly controls: readonly Control[];
}

/** In the order of their groups. */
export const packs: readonly Pack[] = readdirSync(ROOT).sort().map(readPack);

export const controls: readonly Control[] = packs.flatMap((pack) => pack.controls);

/** What a person has to look at is left out. */
export const queries: readonly Control[] = controls.filter(({ manual }) => manual === undefined);

/** The names of the `.sql` files of a pack, without their ending. */
export function filesOf({ name }: Pack): readonly string[] {
  return readdirSync(ROOT + name)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length));
}

function readPack(name: string): Pack {
  const manifest = parse(readFileSync(`${ROOT}${name}/pack.yaml`, 'utf8')) as Omit<Pack, 'controls' | 'name'>;
  const ids = manifest.groups.flatMap((group) => group.controls);
  return { ...manifest, name, controls: ids.map((id) => readControl(name, id)) };
}

function readControl(pack: string, id: string): Control {
  const lines = readFileSync(`${ROOT}${pack}/${id}.sql`, 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const head = parse(
    lines
      .slice(0, end)
      .map((line) => line.replace(/^-- ?/, ''))
      .join('\n'),
  ) as Omit<Control, 'pack' | 'sql'>;
  return { ...head, parameters: head.parameters ?? {}, pack, sql: lines.slice(end).join('\n').trim() };
}

/** The defaults of a control's parameters. */
export function defaultsOf({ parameters }: Control): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));
}
