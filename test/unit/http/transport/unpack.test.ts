import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { unpack } from '../../../../src/http/transport/unpack.ts';

const TEXT = '[{"name":"Zoë"}]';
const PLENTY = 1_000;

async function textOf(packed: Uint8Array, codings: string): Promise<string> {
  return Buffer.from((await unpack(packed, codings, PLENTY)) ?? []).toString();
}

test.each([
  ['gzip', gzipSync(TEXT)],
  ['x-gzip', gzipSync(TEXT)],
  ['GZIP', gzipSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  // Without the frame of zlib, as some servers understand the word.
  ['deflate', deflateRawSync(TEXT)],
  // In the order in which they were applied.
  ['deflate, gzip', gzipSync(deflateSync(TEXT))],
  ['gzip, identity', gzipSync(TEXT)],
  ['gzip , br', brotliCompressSync(gzipSync(TEXT))],
])('%s', async (codings, packed) => {
  expect(await textOf(packed, codings)).toBe(TEXT);
});

test.each(['identity', 'zstd', ''])('%j was not asked for, and stays as it is', async (coding) => {
  expect(await textOf(Buffer.from(TEXT), coding)).toBe(TEXT);
});

describe.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
] as const)('%s', (coding, pack) => {
  test('that ends too early is an error, not a short body', async () => {
    const packed = pack(TEXT.repeat(20));
    await expect(textOf(packed.subarray(0, packed.byteLength - 6), coding)).rejects.toThrow();
  });

  test('that unpacks to one byte too many is no body', async () => {
    expect(await unpack(pack(Buffer.alloc(PLENTY, ' ')), coding, PLENTY)).toHaveLength(PLENTY);
    expect(await unpack(pack(Buffer.alloc(PLENTY + 1, ' ')), coding, PLENTY)).toBeUndefined();
  });
});
