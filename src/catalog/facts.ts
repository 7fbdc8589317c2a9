/**
 * What a real PostgreSQL says of itself, from the files that `npm run catalog:generate` wrote into postgres/.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { InternalError } from '../errors.ts';
import { own } from '../values.ts';

/** A column of a relation, with PostgreSQL's internal name of its type: `oid`, `name`, `_text`. */
export interface FactColumn {
  readonly name: string;
  readonly type: string;
}

/** A table or view of `pg_catalog` or `information_schema`. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  readonly kind: 'r' | 'v';
  readonly columns: readonly FactColumn[];
}

/** The rows of one, in PostgreSQL's COPY text: a line a row, tabs between values, `\N` for NULL. */
export interface FactRows {
  /** The columns that the lines have, in their order. */
  readonly columns: readonly string[];
  readonly lines: readonly string[];
  /** Columns that have one value in all rows. */
  readonly constants: Readonly<Record<string, string>>;
}

export interface Facts {
  /** By schema and name, with a dot between them. */
  readonly relations: ReadonlyMap<string, Relation>;
  /** Of a file of postgres/; undefined where nobody reads its rows. */
  rows(name: string): FactRows | undefined;
}

interface Written {
  readonly relations: readonly (Omit<Relation, 'columns'> & {
    readonly columns: readonly (readonly [string, string])[];
  })[];
  readonly constants: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const require = createRequire(import.meta.url);

/** Reads the list of relations; rows are read when they are asked for. */
export function readFacts(): Facts {
  const folder = new URL('postgres/', pathToFileURL(require.resolve('oktaql/package.json')));
  const written = JSON.parse(readText(new URL('relations.json', folder))) as Written;
  const relations = written.relations.map(
    ({ columns, ...relation }): Relation => ({
      ...relation,
      columns: columns.map(([name, type]) => ({ name, type })),
    }),
  );
  return {
    relations: new Map(relations.map((relation) => [`${relation.schema}.${relation.name}`, relation])),
    rows: (name) => {
      const constants = own(written.constants, name);
      if (constants === undefined) return undefined;
      const [header = '', ...lines] = readText(new URL(`${name}.tsv`, folder))
        .replace(/\n$/, '')
        .split('\n');
      return { columns: header.split('\t'), lines, constants };
    },
  };
}

function readText(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InternalError(`The catalog's file ${file.pathname} cannot be read.`, {
      cause,
      hint: 'In a checkout, run npm run catalog:generate.',
    });
  }
}

/** A value as COPY writes it. */
export function copyText(value: string | number | boolean | null): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return String(value).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
