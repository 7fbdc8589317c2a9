import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DECISIONS = readdirSync(`${ROOT}docs/decisions`).map((name) => `docs/decisions/${name}`);

/** Where a document may mean a path to begin. */
const PLACES = ['', 'src/'];

describe('the source files that documents name', () => {
  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', ...DECISIONS])('%s: all exist', (document) => {
    const text = readFileSync(ROOT + document, 'utf8');
    const named = [...text.matchAll(/`([\w./-]+\.(?:ts|mjs))`/g)].map(([, path = '']) => path);
    const missing = named.filter((path) => !PLACES.some((place) => existsSync(ROOT + place + path)));
    expect(missing).toEqual([]);
  });
});
