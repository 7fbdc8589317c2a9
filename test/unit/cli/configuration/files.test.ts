import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../../src/cli/configuration/configuration.ts';
import { diskFiles } from '../../../../src/cli/configuration/files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oktaql-files-'));
  writeFileSync(join(folder, 'file'), 'text\n');
  chmodSync(join(folder, 'file'), 0o640);
  mkdirSync(join(folder, 'folder'));
  symlinkSync(join(folder, 'file'), join(folder, 'link'));
  symlinkSync(join(folder, 'nothing'), join(folder, 'dangling'));
});
afterAll(() => rmSync(folder, { recursive: true }));

// Windows has no such permissions, and does not let everybody make a link.
describe.runIf(process.platform !== 'win32')('the disk', () => {
  it.each([
    ['file', { kind: 'file', bytes: 5, mode: 0o640 }],
    ['link', { kind: 'file', bytes: 5, mode: 0o640 }],
    ['folder', { kind: 'other' }],
    ['dangling', { kind: 'other' }],
    ['nothing', undefined],
    // `~/.okta` that is a file holds no okta.yaml.
    ['file/okta.yaml', undefined],
  ])('%s', (name, expected) => {
    const facts = diskFiles.stat(join(folder, name));
    if (expected === undefined) expect(facts).toBeUndefined();
    else expect(facts).toMatchObject(expected);
  });

  it('is a pipe too', () => {
    expect(diskFiles.stat('/dev/null')).toMatchObject({ kind: 'pipe', mode: undefined });
  });

  it('is what settings are read from unless others are given', () => {
    const environment = { OKTA_API_CLIENT_ID: '0oa1', OKTA_API_SCOPES: 's', OKTA_API_PRIVATE_KEY: 'file' };
    const onNotice = (): void => undefined;
    const load = () => loadConfiguration({ environment, workingFolder: folder, homeFolder: undefined, onNotice });
    expect(load).toThrow('OKTA_API_PRIVATE_KEY names a file without a private key in PEM or JWK.');
  });
});
