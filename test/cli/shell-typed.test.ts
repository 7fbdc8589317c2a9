import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestsOf, startOrg } from './org.ts';
import { HAS_TERMINALS, type TypedSession, typeAt } from './terminal.ts';

/** What is sent for keys that have no character. */
const KEY = {
  enter: '\r',
  tab: '\t',
  up: '\u001b[A',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  ctrlR: '\u0012',
  ctrlU: '\u0015',
} as const;

/** Written when what is typed begins, and when it ends. */
const READY = '\u001b[?2004h';
const RUNNING = '\u001b[?2004l';

/** What is typed before Tab, and the last of what is offered then. */
const LISTS: readonly (readonly [typed: string, listed: string])[] = [
  ['SELECT json_ex', 'json_extract_string('],
  ['SELECT * FROM okta.app', 'apps.'],
  ['SELECT * FROM okta.apps.', 'jwks'],
  ['SELECT * FROM fact', 'okta.users.factors'],
  ['EXEC okta.apps.jwks.', 'list_jwk'],
  ['EXEC okta.apps.jwks.get_jwk @', '@subdomain'],
  ['SELECT * FROM okta.apps.jwks WHERE ', 'subdomain'],
  ['INSERT INTO okta.apps.jwks (', 'subdomain'],
];

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function demo(more: Readonly<Record<string, string>> = {}, ...flags: readonly string[]): TypedSession {
  return typeAt(['shell', '--demo', ...flags], { env: { HOME: home, ...more } });
}

/** All of what is drawn, up to where the cursor goes back to its place. */
function drawnWith(text: string): RegExp {
  return new RegExp(`${text.replace(/\W/g, '\\$&')}[^]*\u001b\\[\\d+C$`);
}

/** What differs from run to run. */
function settled(screen: string): string {
  return (
    screen
      .replace(/oktaql \d+\.\d+\.\d+/g, 'oktaql X.Y.Z')
      .replace(/resets in \d+ s/g, 'resets in 60 s')
      // How many there are is the planner's to better.
      .replace(/\d+ requests? /g, 'N requests ')
      .replace(/999,9\d\d of/g, '999,9nn of')
  );
}

// Python's pty module makes the terminals; where there is none, the same parts are tested one by one (test/unit/cli/shell).
describe.skipIf(!HAS_TERMINALS)('oktaql shell, at a terminal', () => {
  it('completes, runs statements of several lines, cancels, and remembers', async () => {
    const shell = demo();
    await shell.after(READY, `SELECT sta${KEY.tab}`);
    // The first Tab asks DuckDB for its functions.
    await shell.after('starts_with(', `${KEY.ctrlU}SEL${KEY.tab}`);
    await shell.after('SELECT', ` status, count(*) AS n FROM okta.app${KEY.tab}`);
    await shell.after('okta.apps.', `jw${KEY.tab}`);
    await shell.after('okta.apps.jwks', ` j${KEY.enter}`);
    await shell.after('-> ', `WHERE j.k${KEY.tab}`);
    await shell.after('kty', `t${KEY.tab}`);
    await shell.after('j.kty', ` = 'RSA' GROUP BY ALL${KEY.enter}`);
    await shell.after(/ALL.*-> /s, `ORDER BY n DESC;${KEY.enter}`);
    await shell.after(/ left, .*my-org> /s, `SELECT sum(n) AS keys FROM _;${KEY.enter}`);
    await shell.after(/no request.*my-org> /s, `SELECT count(*) FROM okta.users.users WHERE profile.log${KEY.tab}`);
    await shell.after('profile.login', ` LIKE 'a%';${KEY.enter}`);
    await shell.after(/ left, .*my-org> /s, `EXEC okta.apps.jwks.get_jwk ${KEY.tab}${KEY.tab}`);
    await shell.after('@subdomain', KEY.ctrlC);
    await shell.after(/\^C.*my-org> /s, `SELECT count(*) FROM okta.apps.jwks WHERE ${KEY.tab}`);
    await shell.after('keyId', KEY.ctrlC);
    await shell.after(/\^C.*my-org> /s, `\\x${KEY.enter}`);
    await shell.after(
      /display is on.*my-org> /s,
      `SELECT kid, status FROM okta.apps.jwks ORDER BY kid LIMIT 1;${KEY.enter}`,
    );
    await shell.after(/ left, .*my-org> /s, `\\x${KEY.enter}`);
    await shell.after(
      /display is off.*my-org> /s,
      `SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b;${KEY.enter}`,
    );
    await shell.after(RUNNING, KEY.ctrlC);
    await shell.after(/cancelled.*my-org> /s, `SELECT 1 AS still_here;${KEY.enter}`);
    await shell.after(/no request.*my-org> /s, KEY.ctrlD);
    const { screen, code } = await shell.ended();
    expect(code).toBe(0);
    await expect(settled(screen)).toMatchFileSnapshot('shell-session.txt');
  });

  it('lists what may stand at each place', async () => {
    const shell = demo();
    const shown: string[] = [];
    let ready: string | RegExp = READY;
    for (const [typed, listed] of LISTS) {
      await shell.after(ready, typed);
      // The first Tab writes what is certain, the second lists the rest.
      await shell.after(typed.slice(-1), KEY.tab);
      await shell.after(drawnWith(listed), '');
      shown.push(shell.since('my-org> '));
      await shell.after('', KEY.ctrlC);
      ready = /\^C.*my-org> /s;
    }
    await shell.after(ready, KEY.ctrlD);
    await shell.ended();
    await expect(`${shown.join('\n\n')}\n`).toMatchFileSnapshot('shell-completion.txt');
  });

  it('has what was typed in the next shell too, and finds it', async () => {
    const first = demo();
    await first.after(READY, `SELECT 1${KEY.enter}AS one;${KEY.enter}`);
    await first.after(/no request.*my-org> /s, `\\set token abc${KEY.enter}`);
    await first.after(/my-org> /s, `\\q${KEY.enter}`);
    expect((await first.ended()).code).toBe(0);
    const file = join(home, '.local/state/oktaql/history');
    expect(readFileSync(file, 'utf8')).toBe('"SELECT 1\\nAS one;"\n"\\\\q"\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const second = demo();
    await second.after(READY, `${KEY.ctrlR}one`);
    await second.after('one;', KEY.enter);
    await second.after(/no request.*my-org> /s, KEY.ctrlD);
    expect((await second.ended()).screen).toContain('one\n---\n  1');
  });

  it('keeps nothing where that is asked for', async () => {
    const shell = demo({}, '--no-history');
    await shell.after(READY, `SELECT 1;${KEY.enter}`);
    await shell.after(/no request.*my-org> /s, KEY.ctrlD);
    await shell.ended();
    expect(() => statSync(join(home, '.local'))).toThrow('ENOENT');
  });

  it('forgets what is typed at Ctrl-C, and is left by two on an empty line', async () => {
    const shell = demo();
    await shell.after(READY, `DELETE${KEY.ctrlC}`);
    await shell.after('^C', KEY.ctrlC);
    await shell.after('Ctrl-C once more leaves', KEY.ctrlC);
    const { code, screen } = await shell.ended();
    expect(code).toBe(130);
    expect(screen).toContain('my-org> DELETE^C\nmy-org> ^C\n');
  });

  it('asks before several objects are changed, and says how many', async () => {
    const org = await startOrg();
    try {
      const inactive = "status = 'INACTIVE' AND subdomain = 'my-org'";
      const shell = typeAt(['shell', '--subdomain', 'my-org'], { env: { HOME: home, ...org.env } });
      const sent = await requestsOf(org.simulator, async () => {
        await shell.after(READY, `DELETE FROM okta.apps.jwks WHERE ${inactive} AND appId IS NOT NULL;${KEY.enter}`);
        await shell.after(/DELETE changes \d+ objects of okta\.apps\.jwks\. Go on\? \[y\/N\] /, 'n');
        await shell.after(/not confirmed.*my-org> /s, `\\q${KEY.enter}`);
        await shell.ended();
      });
      expect(sent.filter((request) => request.startsWith('DELETE'))).toEqual([]);
      const again = typeAt(['shell', '--subdomain', 'my-org'], { env: { HOME: home, ...org.env } });
      const done = await requestsOf(org.simulator, async () => {
        await again.after(READY, `DELETE FROM okta.apps.jwks WHERE ${inactive} AND appId IS NOT NULL;${KEY.enter}`);
        await again.after('Go on? [y/N] ', 'y');
        await again.after(/despatched.*my-org> /s, KEY.ctrlD);
        expect((await again.ended()).screen).toMatch(/DELETE changes (\d+) objects/);
      });
      expect(done.filter((request) => request.startsWith('DELETE')).length).toBeGreaterThan(1);
    } finally {
      await org.close();
    }
  });

  it('gives what is longer than the screen to a pager, which may be left early', async () => {
    const shell = demo({ PAGER: 'head -n 3' });
    await shell.after(READY, `SELECT range AS n FROM range(1000000);${KEY.enter}`);
    await shell.after(/no request.*my-org> /s, `SELECT 1 AS short;${KEY.enter}`);
    await shell.after(/no request.*my-org> /s, `\\pset pager off${KEY.enter}`);
    await shell.after(/pager is off.*my-org> /s, `SELECT range AS n FROM range(40);${KEY.enter}`);
    await shell.after(/no request.*my-org> /s, KEY.ctrlD);
    const { screen, code } = await shell.ended();
    expect(code).toBe(0);
    expect(screen).toMatch(/FROM range\(1000000\);\n +n\n-+\n +0\n.*no request/);
    expect(screen).toContain('(40 rows)');
    expect(screen).not.toContain('(1000000 rows)');
    expect(screen).not.toContain('error');
  });

  it('edits a statement with the user’s editor', async () => {
    const editor = join(home, 'editor.sh');
    writeFileSync(editor, '#!/bin/sh\nsed -i.old "s/1/42/" "$1"\n', { mode: 0o755 });
    const shell = demo({ EDITOR: editor });
    await shell.after(READY, `SELECT 1 AS n;${KEY.enter}`);
    await shell.after(/no request.*my-org> /s, `\\e${KEY.enter}`);
    await shell.after('42', KEY.enter);
    await shell.after(/no request.*my-org> /s, KEY.ctrlD);
    expect((await shell.ended()).screen).toContain('SELECT 42 AS n;\n n\n--\n42');
  });

  it('runs nothing of what is pasted before Enter', async () => {
    const shell = demo();
    await shell.after(READY, '\u001b[200~SELECT 1 AS a;\rSELECT 2 AS b;\r\u001b[201~');
    await shell.after(/SELECT[^\n]*2/, KEY.enter);
    await shell.after(/no request.*no request.*my-org> /s, KEY.ctrlD);
    const { screen } = await shell.ended();
    expect(screen).toContain(
      'my-org> SELECT 1 AS a;\n     -> SELECT 2 AS b;\n     ->\na\n-\n1\n(1 row)\nno request\nb\n-\n2\n',
    );
  });

  it('is what oktaql alone starts, without colours where they are not wanted', async () => {
    const shell = typeAt([], { env: { HOME: home, NO_COLOR: '1' } });
    await shell.after('oktaql> ', `SELECT 1;${KEY.enter}`);
    await shell.after(/no request.*oktaql> /s, KEY.ctrlD);
    const { raw, code } = await shell.ended();
    expect(code).toBe(0);
    expect(raw).not.toContain('\u001b[1;34m');
    expect(raw).not.toContain('\u001b[2m');
  });
});
