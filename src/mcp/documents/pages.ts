/**
 * The documents that come with the package, as resources: the page of each table, and where there is none what `search` says of it.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { BindError } from '../../errors.ts';
import type { Registry } from '../../registry/registry.ts';
import { namePartsOf } from '../../registry/resource.ts';
import type { Workspace } from '../contract.ts';
import { tableLines } from '../tools/search.ts';

export interface ListedPage {
  readonly uri: string;
  readonly name: string;
  readonly mimeType: 'text/markdown';
}

export interface PageList {
  readonly pages: readonly ListedPage[];
  /** Where the next begins; absent at the end. */
  readonly nextCursor?: string;
}

const SCHEME = 'oktaql://';

/** Of one answer. */
const AT_ONCE = 100;

export const PAGE_TEMPLATE: string = `${SCHEME}{provider}/{service}/{table}`;

/** All tables, in the order of the documents. */
export function listPages({ providers }: Registry, cursor: string | undefined): PageList {
  const names = providers.flatMap(({ name: provider, resourceNames = {} }) =>
    Object.entries(resourceNames).flatMap(([service, tables]) => tables.map((table) => [provider, service, table])),
  );
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(start) || start < 0 || start > names.length) {
    throw new BindError('BINDING', 'The cursor is none that this server gave.', { unknownName: cursor ?? '' });
  }
  const pages = names.slice(start, start + AT_ONCE).map((parts) => ({
    uri: SCHEME + parts.map(encodeURIComponent).join('/'),
    name: parts.join('.'),
    mimeType: 'text/markdown' as const,
  }));
  const end = start + pages.length;
  return { pages, ...(end < names.length && { nextCursor: String(end) }) };
}

/** @throws BindError for what is no table, with the nearest names */
export async function readPage(uri: string, workspace: Workspace): Promise<string> {
  const resource = workspace.registry.resource(partsOf(uri));
  const [provider = '', service = '', table = ''] = namePartsOf(resource);
  try {
    // The name is the registry's, and no text of whoever asks.
    return await readFile(packageFile(`docs/${provider}/${service}/${table}.md`), 'utf8');
  } catch {
    return tableLines(resource, workspace).join('\n\n');
  }
}

function partsOf(uri: string): readonly string[] {
  const parts = uri.startsWith(SCHEME) ? uri.slice(SCHEME.length).split('/') : [];
  if (parts.length !== 3) {
    throw new BindError('UNKNOWN_RESOURCE', `${JSON.stringify(uri.slice(0, 100))} is no resource of this server.`, {
      unknownName: uri,
      hint: `Resources are ${PAGE_TEMPLATE}, such as ${SCHEME}okta/apps/jwks.`,
    });
  }
  return parts.map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const require = createRequire(import.meta.url);

/** A file of the package, by the package's name: this code runs from whatever chunk a bundler puts it in. */
export function packageFile(path: string): URL {
  return new URL(path, pathToFileURL(require.resolve('oktaql/package.json')));
}
