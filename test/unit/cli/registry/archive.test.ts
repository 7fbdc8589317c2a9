import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { archivedFiles } from '../../../../src/cli/registry/archive.ts';

test('what unpacks to more than is read is refused before it is unpacked', () => {
  const bomb = gzipSync(Buffer.alloc(2 ** 20));
  expect(() => archivedFiles(bomb, 'v1', 2 ** 16)).toThrow('more than 65536 bytes');
});
