import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvalidValueError, ProviderDocumentError } from '../../../src/errors.ts';
import { registryFromFiles } from '../../../src/registry/files.ts';
import { builtInRegistry } from '../../../src/registry/registry.ts';

const COMMITTED = fileURLToPath(new URL('../../../providers', import.meta.url));

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oktaql-registry-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Our own documents, one service of them, as a registry of the user's. */
function copyRegistry(version = 'v00.00.00000'): string {
  const from = join(COMMITTED, 'src/okta/v00.00.00000');
  const to = join(root, 'src/okta', version);
  cpSync(from, to, { recursive: true });
  return to;
}

describe('the committed documents', () => {
  test.each([
    ['a path', COMMITTED],
    ['a file URL', pathToFileURL(COMMITTED).href],
    ["StackQL's JSON", JSON.stringify({ url: pathToFileURL(COMMITTED).href, localDocRoot: '/nowhere' })],
  ])('load by %s, and are the built-in ones', (_name, where) => {
    const registry = registryFromFiles(where);
    const name = ['okta', 'apps', 'jwks'];
    expect(JSON.parse(JSON.stringify(registry.resource(name)))).toEqual(builtInRegistry().resource(name));
  });
});

test('the latest version is read, by number', () => {
  copyRegistry('v00.9.0');
  const latest = copyRegistry('v00.10.0');
  writeFileSync(join(latest, 'provider.yaml'), 'name: okta\nversion: v00.10.0\nproviderServices: {}\n');
  mkdirSync(join(root, 'src/okta/drafts'));
  expect(registryFromFiles(root).providers).toMatchObject([{ name: 'okta', version: 'v00.10.0', services: [] }]);
});

test('a service is read when it is named, and its mistakes are told then', () => {
  writeFileSync(join(copyRegistry(), 'services/apps.yaml'), 'openapi: [');
  const registry = registryFromFiles(root);
  expect(registry.resource(['okta', 'users', 'users']).name).toBe('okta.users.users');
  expect(() => registry.resource(['okta', 'apps', 'jwks'])).toThrow(ProviderDocumentError);
});

test('a file is found though its name has other letters: such documents are published', () => {
  const folder = copyRegistry();
  cpSync(join(folder, 'services/apps.yaml'), join(folder, 'services/Apps.yaml'));
  rmSync(join(folder, 'services/apps.yaml'));
  expect(registryFromFiles(root).resource(['okta', 'apps', 'jwks']).name).toBe('okta.apps.jwks');
});

test.each(['../../../../../../etc/passwd', '/etc/passwd', 'okta/v1/none.yaml'])(
  'a document cannot name the file %s',
  ($ref) => {
    const document = { name: 'okta', version: 'v1', providerServices: { apps: { service: { $ref } } } };
    writeFileSync(join(copyRegistry(), 'provider.yaml'), JSON.stringify(document));
    const registry = registryFromFiles(root);
    expect(() => registry.service('okta', 'apps')).toThrow('no such file in the registry');
  },
);

test.each([
  ['a folder that is not there', '/no/such/folder', 'no registry at /no/such/folder'],
  ['a folder without src', tmpdir(), 'no folder src'],
  ['the network', 'https://registry.example/providers', 'not from the network'],
  ['the network, in JSON', '{"url":"http://registry.example"}', 'not from the network'],
  ['a folder of another machine', 'file://ada:pass@host/registry', 'no file:// URL of this machine'],
  ['a file URL that is none', 'file:///%zz', 'no file:// URL of this machine'],
  ['broken JSON', '{"url":', 'neither a path nor JSON'],
  ['JSON without a url', '{"srcPrefix":"x"}', 'has no url'],
])('%s is refused', (_name, where, message) => {
  expect(() => registryFromFiles(where)).toThrow(InvalidValueError);
  expect(() => registryFromFiles(where)).toThrow(message);
});
