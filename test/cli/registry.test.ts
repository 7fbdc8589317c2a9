/** Registries: listed and pulled from a folder and from a server on this machine; hostile archives leave nothing behind. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliRun, runCli } from './run-cli.ts';

/** A ustar header, by the table in POSIX pax. */
function entry(name: string, content: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar\0' + '00', 257);
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

const archive = (...entries: readonly Buffer[]): Buffer => gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));

const provider = (version: string): string => JSON.stringify({ name: 'shop', version, providerServices: {} });
const documents = (version: string): Buffer =>
  archive(
    entry(`${version}/`, '', '5'),
    entry(`${version}/provider.yaml`, provider(version)),
    entry(`${version}/services/s.yaml`, 'openapi: 3.0.0'),
    entry(`${version}/provider.yaml.sig`, 'x'),
  );

const LIST = 'providers: { shop: { versions: [v1.9.0, v1.10.0] }, other: { versions: [v0.1.0] } }';

/** What the server has, by path. */
const files = new Map<string, Buffer | string>();
let server: Server;
let url = '';
let approot = '';
beforeAll(async () => {
  server = createServer(({ url: path = '' }, response) => {
    const file = files.get(path);
    response.writeHead(file === undefined ? 404 : 200).end(file ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/providers`;
});
beforeEach(() => {
  approot = mkdtempSync(join(tmpdir(), 'oktaql-approot-'));
  files.clear();
  files.set('/providers/dist/providers.yaml', LIST);
  for (const version of ['v1.9.0', 'v1.10.0']) files.set(`/providers/dist/shop/${version}.tgz`, documents(version));
});
afterEach(() => rmSync(approot, { recursive: true }));
afterAll(() => new Promise((done) => server.close(done)));

const json = (): string => JSON.stringify({ url, localDocRoot: approot });
const registry = (...args: readonly string[]): Promise<CliRun> => runCli(['registry', ...args]);
const pull = (...args: readonly string[]): Promise<CliRun> =>
  registry('pull', '--registry', url, '--approot', approot, ...args);
const pulled = (): readonly string[] =>
  existsSync(join(approot, 'src/shop')) ? readdirSync(join(approot, 'src/shop')) : [];

describe('a server on this machine', () => {
  it('is listed', async () => {
    expect(await registry('list', '--registry', url, '-o', 'csv')).toEqual({
      code: 0,
      stdout: 'provider,version\nshop,v1.10.0\nother,v0.1.0\n',
      stderr: '',
    });
    const one = await registry('list', '--registry', json(), '-o', 'csv', 'shop');
    expect(one.stdout).toBe('provider,versions\nshop,"v1.9.0, v1.10.0"\n');
  });

  it('gives the latest documents, which can be used then; another version takes their place', async () => {
    expect(await pull('shop')).toEqual({
      code: 0,
      stdout: '',
      stderr: "shop provider, version 'v1.10.0' successfully installed\n",
    });
    expect(readFileSync(join(approot, 'src/shop/v1.10.0/services/s.yaml'), 'utf8')).toBe('openapi: 3.0.0');
    expect(readdirSync(join(approot, 'src/shop/v1.10.0')).sort()).toEqual(['provider.yaml', 'services']);
    const shown = await runCli(['exec', '--registry', approot, '-o', 'csv', 'show providers']);
    expect(shown.stdout).toBe('name,version\nshop,v1.10.0\n');
    expect((await pull('shop', 'v1.9.0')).code).toBe(0);
    expect(pulled()).toEqual(['v1.9.0']);
  });

  it('is asked by statements too', async () => {
    const run = await runCli([
      'exec',
      '--registry',
      json(),
      '-o',
      'jsonl',
      'registry list; registry pull shop v1.9.0; registry list shop; select 1 as a',
    ]);
    expect(run).toEqual({
      code: 0,
      stdout: [
        '{"provider":"shop","version":"v1.10.0"}',
        '{"provider":"other","version":"v0.1.0"}',
        '{"provider":"shop","versions":"v1.9.0, v1.10.0"}',
        '{"a":1}',
        '',
      ].join('\n'),
      stderr: "shop provider, version 'v1.9.0' successfully installed\n",
    });
    expect(pulled()).toEqual(['v1.9.0']);
  });

  it.each([
    ['a provider that is not there', ['shopp'], 'Did you mean shop?'],
    ['a version that is not there', ['shop', 'v3.0.0'], 'answered 404'],
    ['a version that is a path', ['shop', '../v1'], 'no version'],
    ['a provider that is a path', ['../shop', 'v1'], 'no provider'],
  ])('%s', async (_what, args, says) => {
    const { code, stderr } = await pull(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(says)]);
    expect(pulled()).toEqual([]);
  });
});

describe('an archive that is none', () => {
  const good = entry('v1.9.0/provider.yaml', provider('v1.9.0'));

  it.each<[what: string, content: Buffer | string, says: string]>([
    ['a name above', archive(good, entry('v1.9.0/../../evil.yaml', 'x')), 'is not below v1.9.0'],
    ['a name from the root', archive(good, entry('/evil.yaml', 'x')), 'is not below v1.9.0'],
    ['another folder', archive(entry('v2/provider.yaml', 'x')), 'is not below v1.9.0'],
    ['a link', archive(good, entry('v1.9.0/link.yaml', '', '2')), 'is no regular file'],
    ['a hard link', archive(good, entry('v1.9.0/link.yaml', '', '1')), 'is no regular file'],
    ['a device', archive(good, entry('v1.9.0/null.yaml', '', '3')), 'is no regular file'],
    ['nothing', archive(), 'has no documents'],
    ['a file that is cut off', gzipSync(good.subarray(0, 530)), 'cut off'],
    ['no archive', 'not gzipped', 'not gzipped'],
  ])('%s', async (_what, content, says) => {
    files.set('/providers/dist/shop/v1.9.0.tgz', content);
    const { code, stderr } = await pull('shop', 'v1.9.0');
    expect([code, stderr]).toEqual([1, expect.stringContaining(says)]);
    expect(pulled()).toEqual([]);
  });

  it('leaves the version that was there', async () => {
    await pull('shop', 'v1.10.0');
    files.set('/providers/dist/shop/v1.9.0.tgz', 'x');
    expect((await pull('shop', 'v1.9.0')).code).toBe(1);
    expect(pulled()).toEqual(['v1.10.0']);
  });
});

describe('a folder', () => {
  const write = (file: string, content: string | Buffer): void => {
    const path = join(approot, 'from', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };

  it.each([
    ['of documents', () => write('src/shop/v1.0.0/provider.yaml', provider('v1.0.0'))],
    [
      'of archives',
      () => {
        write('dist/providers.yaml', 'providers: { shop: { versions: [v1.0.0] } }');
        write('dist/shop/v1.0.0.tgz', documents('v1.0.0'));
      },
    ],
  ])('%s', async (_what, arrange) => {
    arrange();
    const from = join(approot, 'from');
    const listed = await registry('list', '--registry', pathToFileURL(from).href, '-o', 'jsonl');
    expect(listed).toEqual({ code: 0, stdout: '{"provider":"shop","version":"v1.0.0"}\n', stderr: '' });
    expect((await registry('pull', '--registry', from, '--approot', approot, 'shop')).code).toBe(0);
    expect(readFileSync(join(approot, 'src/shop/v1.0.0/provider.yaml'), 'utf8')).toBe(provider('v1.0.0'));
  });
});

it.each([
  'http://registry.example/providers',
  'https://registry.example',
  'http://127.0.0.1@evil.example/x',
  'http://ada:pw@127.0.0.1/x',
])('%s is not asked', async (where) => {
  for (const args of [['list'], ['pull', 'shop']]) {
    const { code, stderr } = await registry(...args, '--registry', where);
    expect([code, stderr]).toEqual([1, expect.stringContaining('not from the network')]);
  }
});
