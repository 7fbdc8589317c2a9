import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { historyFile, openHistory } from '../../../../src/cli/shell/history.ts';
import { holdsSecrets } from '../../../../src/cli/shell/secrets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function opened(file: string | undefined, notes: string[] = []): ReturnType<typeof openHistory> {
  return openHistory({ file, isSecret: (text) => text.includes('secret'), onNote: (note) => notes.push(note) });
}

describe('the history', () => {
  test('is there in the next shell, a statement of several lines as one entry, the last first', () => {
    const file = join(folder, 'deep', 'history');
    const first = opened(file);
    for (const entry of ['SELECT 1;', "SELECT\n'ü'\nFROM x;", '\\d x', '\\d x', ' ']) first.add(entry);
    expect(opened(file).entries()).toEqual(['\\d x', "SELECT\n'ü'\nFROM x;", 'SELECT 1;']);
  });

  test.skipIf(process.platform === 'win32')(
    'is for its owner alone, also where the file was there with another mode',
    () => {
      const file = join(folder, 'history');
      writeFileSync(file, '"old"\n', { mode: 0o644 });
      opened(file).add('SELECT 1;');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const deep = join(folder, 'a', 'b');
      opened(deep).add('SELECT 1;');
      expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
    },
  );

  test('leaves secrets out of the file; the shell that they were typed in still has them', () => {
    const file = join(folder, 'history');
    const history = opened(file);
    history.add('a secret');
    history.add('SELECT 1;');
    expect(history.entries()).toEqual(['SELECT 1;', 'a secret']);
    expect(readFileSync(file, 'utf8')).toBe('"SELECT 1;"\n');
  });

  test('of a file that is no history, or is broken, is what can be read', () => {
    const file = join(folder, 'history');
    writeFileSync(file, '"one"\nSELECT\n{"a":1}\n"tw');
    expect(opened(file).entries()).toEqual(['one']);
  });

  test('is told once where it cannot be kept, and goes on', () => {
    const notes: string[] = [];
    writeFileSync(join(folder, 'file'), '');
    const history = opened(join(folder, 'file', 'history'), notes);
    history.add('SELECT 1;');
    history.add('SELECT 2;');
    expect(history.entries()).toEqual(['SELECT 2;', 'SELECT 1;']);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^the history is not kept in .*history: /);
  });

  test.skipIf(process.platform === 'win32')('is shortened when it has grown long', () => {
    const file = join(folder, 'history');
    writeFileSync(file, Array.from({ length: 4_001 }, (_, index) => `"SELECT ${index};"\n`).join(''));
    expect(opened(file).entries()).toHaveLength(2_000);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([2_000, '"SELECT 2001;"', '"SELECT 4000;"']);
  });

  test.skipIf(process.platform === 'win32')('follows a link of the user’s own, as for all files of theirs', () => {
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const history = opened(join(folder, 'link'));
    writeFileSync(join(folder, 'real'), '');
    history.add('SELECT 1;');
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('"SELECT 1;"\n');
  });

  test('without a file is that of this shell', () => {
    const history = opened(undefined);
    history.add('SELECT 1;');
    expect(history.entries()).toEqual(['SELECT 1;']);
  });
});

test.each<[environment: Record<string, string>, home: string | undefined, file: string | undefined]>([
  [{}, '/home/a', '/home/a/.local/state/oktaql/history'],
  [{ XDG_STATE_HOME: '/state' }, '/home/a', '/state/oktaql/history'],
  [{ XDG_STATE_HOME: 'state' }, '/home/a', '/home/a/.local/state/oktaql/history'],
  [{ OKTAQL_HISTORY: '/x/y', XDG_STATE_HOME: '/state' }, '/home/a', '/x/y'],
  [{}, undefined, undefined],
])('%j with the home %s keeps it in %s', (environment, homeFolder, file) => {
  expect(historyFile({ environment, homeFolder, workingFolder: undefined })).toBe(file);
});

/** What the documents mark. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['credentials']);

test.each<[text: string, holds: boolean]>([
  ["SELECT * FROM okta.users.users WHERE profile.login = 'a@b.c';", false],
  ["SELECT client_secret FROM okta.apps.client_secrets WHERE subdomain = 'acme';", false],
  ["SELECT kid, n FROM okta.apps.jwks k WHERE k.appId = '0oa1';", false],
  ["SELECT * FROM x WHERE token = 'abc'", true],
  ["SELECT * FROM x WHERE api_key IN ('abc')", true],
  ["SELECT 'SSWS 00abcdefghijklmnopqrstuv'", true],
  ["SELECT 'https://x/?token=abc'", true],
  ["SELECT 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'", true],
  ["INSERT INTO okta.users.users (profile, credentials) SELECT '{}', '{}';", true],
  ["INSERT INTO okta.apps.jwks (appId, kty, n, e) SELECT '0oa1', 'RSA', 'AQ', 'AQAB';", false],
  ["INSERT INTO okta.apps.jwks (appId, kty, n, e, d) SELECT '0oa1', 'RSA', 'AQ', 'AQAB', 'x';", true],
  [`INSERT INTO t (a) SELECT '{"password":{"value":"x"}}'`, true],
  ["UPDATE okta.idps.idps SET data__client_secret = 'x' WHERE idpId = '1'", true],
  ["EXEC okta.users.users.change_password @userId = '1', @newPassword = 'x'", true],
  [`EXEC okta.users.users.create @@json = '{"credentials":{"password":{"value":"x"}}}'`, true],
  ["EXEC okta.apps.jwks.get_jwk @appId = '1', @keyId = '2'", false],
  ['\\set token abc', true],
  ['\\set subdomain acme', false],
  ['\\d okta.apps.client_secrets', false],
  ["SELECT 'half of a", true],
])('%s holds secrets: %s', (text, holds) => {
  expect(holdsSecrets(text, (name) => SECRET_FIELDS.has(name))).toBe(holds);
});
