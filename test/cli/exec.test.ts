import { type StdioOptions, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, faults, type ListShape } from '../../src/simulator/index.ts';
import { appWithKeys, requestsOf, startOrg, type TestOrg } from './org.ts';
import { collectRun, MAIN, runCli, startCli } from './run-cli.ts';

const SEED_FILE = fileURLToPath(new URL('seed-statements.sql', import.meta.url));
const SEEDS = readFileSync(SEED_FILE, 'utf8')
  .split('\n')
  .filter((line) => line !== '');

let org: TestOrg;
beforeAll(async () => {
  org = await startOrg();
});
afterEach(() => {
  org.simulator.switches.faults.length = 0;
  org.simulator.switches.listShape = 'keys';
});
afterAll(async () => {
  expect(org.simulator.violations).toEqual([]);
  await org.close();
});

const exec = (sql: string, ...args: readonly string[]): ReturnType<typeof runCli> =>
  runCli(['exec', sql, ...args], { env: org.env });

async function rowsOf(sql: string): Promise<readonly Record<string, unknown>[]> {
  const { stdout, stderr, code } = await exec(sql, '-o', 'json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>[];
}

function allKeys(): readonly string[] {
  return org.simulator
    .apps()
    .flatMap(({ id }) => org.simulator.keys(id).map((key) => key.id))
    .sort();
}

describe('the four statements of the resource page', () => {
  it('reads every key of the org from the subdomain alone, then stops at the INSERT', async () => {
    const { code, stdout, stderr } = await runCli(
      ['exec', '-i', SEED_FILE, '--var', 'subdomain=my-org', '-o', 'json'],
      { env: org.env },
    );
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as { id: string }[]).map(({ id }) => id).sort()).toEqual(allKeys());
    expect(stderr).toContain('stopped at statement 2 of 4; 2 not run');
  });

  it.each([
    [SEEDS[1], ['appId']],
    [SEEDS[2], ['appId', 'keyId']],
    [SEEDS[3], ['appId', 'keyId']],
  ])('%s names what is missing and sends nothing', async (statement = '', missing) => {
    let run = { code: null as number | null, stderr: '', stdout: '' };
    const requests = await requestsOf(org.simulator, async () => {
      run = await exec(statement, '--var', 'subdomain=my-org');
    });
    expect(run.code).toBe(1);
    expect(run.stdout).toBe('');
    for (const name of missing) expect(run.stderr).toContain(name);
    expect(run.stderr).toMatch(/hint: Write: .*okta\.apps\.jwks/);
    expect(requests).toEqual([]);
  });
});

describe('SELECT by id', () => {
  it.each(['keyId', 'id', 'KEYID'])('reads one key in one request by %s', async (column) => {
    const { appId, keyId } = appWithKeys(org.simulator, 'ACTIVE');
    const requests = await requestsOf(org.simulator, async () => {
      const sql = `select id, kid, status from okta.apps.jwks where appId = '${appId}' and ${column} = '${keyId}' and subdomain = 'my-org'`;
      expect(await rowsOf(sql)).toMatchObject([{ id: keyId, status: 'ACTIVE' }]);
    });
    expect(requests).toEqual([`GET /api/v1/apps/${appId}/credentials/jwks/${keyId}`]);
  });

  it('reads the keys of one app in one request', async () => {
    const { appId } = appWithKeys(org.simulator, 'ACTIVE');
    const requests = await requestsOf(org.simulator, async () => {
      const rows = await rowsOf(
        `select id, kid, status from okta.apps.jwks where appId = '${appId}' and subdomain = 'my-org'`,
      );
      expect(rows).toHaveLength(org.simulator.keys(appId).length);
    });
    expect(requests).toEqual([`GET /api/v1/apps/${appId}/credentials/jwks`]);
  });

  it('takes an unknown app as no rows, and says so', async () => {
    const { code, stdout, stderr } = await exec(
      "select kid from okta.apps.jwks where appId = 'nope' and subdomain = 'my-org'",
      '-o',
      'json',
    );
    expect({ code, rows: JSON.parse(stdout) as unknown }).toEqual({ code: 0, rows: [] });
    expect(stderr).toMatch(/^note: .*404.*nope/);
  });
});

describe('INSERT, EXEC and DELETE', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { n, e } = rsa.publicKey.export({ format: 'jwk' });
  const { x, y } = ec.publicKey.export({ format: 'jwk' });
  const where = (): string => `'my-org', '${appWithKeys(org.simulator, 'ACTIVE').appId}'`;

  it.each([
    [
      'RSA, bare names, VALUES',
      () => `(subdomain, appId, kty, use, kid, n, e) values (${where()}, 'RSA', 'sig', 'k1', '${n}', '${e}')`,
    ],
    [
      'RSA, data__ names, SELECT',
      () =>
        `(subdomain, appId, data__kty, data__use, data__kid, data__n, data__e) select ${where()}, 'RSA', 'sig', 'k2', '${n}', '${e}'`,
    ],
    [
      'EC, bare names, SELECT',
      () =>
        `(subdomain, appId, kty, "use", kid, crv, x, y) select ${where()}, 'EC', 'sig', 'k3', 'P-256', '${x}', '${y}'`,
    ],
    [
      'EC, data__ names, VALUES',
      () =>
        `(subdomain, appId, data__kty, data__kid, data__crv, data__x, data__y) values (${where()}, 'EC', 'k4', 'P-256', '${x}', '${y}')`,
    ],
  ])('adds a key: %s', async (_name, tail) => {
    const { code, stdout, stderr } = await exec(
      `insert into okta.apps.jwks ${tail()} returning id, kid, status`,
      '-o',
      'json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'The operation was despatched successfully\nINSERT 1\n' });
    const [row] = JSON.parse(stdout) as { id: string; kid: string; status: string }[];
    expect(row).toEqual({
      id: expect.stringMatching(/^pks\w{17}$/),
      kid: expect.stringMatching(/^k\d$/),
      status: 'ACTIVE',
    });
    expect(allKeys()).toContain(row?.id);
  });

  it('names a key without a kid by its RFC 7638 thumbprint', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });
    const sql = `insert into okta.apps.jwks (subdomain, appId, kty, crv, x, y) values (${where()}, 'EC', 'P-384', '${other.x}', '${other.y}') returning kid`;
    const { stdout } = await exec(sql, '-o', 'json');
    expect(JSON.parse(stdout)).toEqual([{ kid: expect.stringMatching(/^[\w-]{43}$/) }]);
  });

  it('shows the cause that Okta gives for not deleting an active key; then deactivates, deletes, and it is gone', async () => {
    const { appId, keyId } = appWithKeys(org.simulator, 'ACTIVE');
    const key = `subdomain = 'my-org' and appId = '${appId}' and keyId = '${keyId}'`;
    const refused = await exec(`delete from okta.apps.jwks where ${key}`);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain("You can't delete an active JSON Web Key");
    const lifecycle = `@subdomain='my-org', @appId='${appId}', @keyId='${keyId}'`;
    for (const step of ['deactivate', 'activate', 'deactivate']) {
      const sql = `exec okta.apps.jwks.${step}_oauth2_client_json_web_key ${lifecycle}`;
      expect(await exec(sql)).toEqual({ code: 0, stdout: '', stderr: 'The operation was despatched successfully\n' });
      expect(org.simulator.keys(appId).find(({ id }) => id === keyId)?.status).toBe(
        step === 'activate' ? 'ACTIVE' : 'INACTIVE',
      );
    }
    expect(await exec(`delete from okta.apps.jwks where ${key}`)).toMatchObject({ code: 0, stdout: '' });
    expect(allKeys()).not.toContain(keyId);
  });

  it('selects first for a DELETE with more than ids, and changes nothing that does not match', async () => {
    const { appId, keyId } = appWithKeys(org.simulator, 'ACTIVE');
    let run = { code: null as number | null, stdout: '', stderr: '' };
    const requests = await requestsOf(org.simulator, async () => {
      run = await exec(
        `delete from okta.apps.jwks where subdomain = 'my-org' and appId = '${appId}' and keyId = '${keyId}' and status = 'INACTIVE'`,
      );
    });
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toContain('0 rows match.');
    expect(requests).toEqual([`GET /api/v1/apps/${appId}/credentials/jwks/${keyId}`]);
  });

  it('prints the body of an EXEC only where SHOWRESULTS asks for it', async () => {
    const { appId, keyId } = appWithKeys(org.simulator, 'ACTIVE');
    const call = `okta.apps.jwks.get_jwk @subdomain='my-org', @appId='${appId}', @keyId='${keyId}'`;
    expect((await exec(`exec ${call}`, '-o', 'json')).stdout).toBe('');
    expect(JSON.parse((await exec(`exec /*+ SHOWRESULTS */ ${call}`, '-o', 'json')).stdout)).toMatchObject([
      { id: keyId },
    ]);
  });

  it('refuses a private key without a request and without repeating it', async () => {
    const { d } = rsa.privateKey.export({ format: 'jwk' });
    const requests = await requestsOf(org.simulator, async () => {
      for (const sql of [
        `insert into okta.apps.jwks (subdomain, appId, kty, n, e, d) values (${where()}, 'RSA', '${n}', '${e}', '${d}')`,
        `exec okta.apps.jwks.add_jwk @subdomain='my-org', @appId='a' @@json='${JSON.stringify({ kty: 'RSA', n, e, d })}'`,
        `insert into okta.apps.jwks (subdomain, appId, kty, n, e, d) values (${where()}, 'RSA', '${n}', '${e}', '${d}'`,
        `insert into okta.apps.jwks (subdomain, appId, kty, n, e, d) values (${where()}, 'RSA', '${n}', '${e}', '${d}')) '`,
      ]) {
        const { code, stdout, stderr } = await exec(sql);
        expect(code).toBe(1);
        expect(stdout + stderr).not.toContain(d?.slice(0, 30));
      }
    });
    expect(requests).toEqual([]);
  });
});

describe('output', () => {
  const odd = `select 'a "b", c' as q, E'line\\nbreak' as n, '' as empty, null as nothing, 1.5 as num, true as yes,
    '2026-01-02 03:04:05.678+00'::timestamptz as t, cast('{"k":[1,2]}' as json) as j, 9007199254740993 as big`;

  it('is typed JSON', async () => {
    expect(await rowsOf(odd)).toEqual([
      {
        q: 'a "b", c',
        n: 'line\nbreak',
        empty: '',
        nothing: null,
        num: 1.5,
        yes: true,
        t: '2026-01-02T03:04:05.678Z',
        j: { k: [1, 2] },
        big: 9007199254740992,
      },
    ]);
    // JSON.parse rounds; the text does not.
    expect((await exec(odd, '-o', 'json')).stdout).toContain('9007199254740993');
  });

  it('is [] for no rows', async () => {
    expect((await exec('select 1 as a where false', '-o', 'json')).stdout.trim()).toBe('[]');
  });

  it('is CSV that gives back quotes, commas and line breaks', async () => {
    const { stdout } = await exec(odd, '-o', 'csv');
    const [row] = parse(stdout, { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({
      q: 'a "b", c',
      n: 'line\nbreak',
      num: '1.5',
      t: '2026-01-02T03:04:05.678Z',
      big: '9007199254740993',
    });
  });

  it('is one JSON line a row', async () => {
    const { stdout } = await exec('select range as i from range(3)', '-o', 'jsonl');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
  });

  it('is a table by default, one after another for several statements', async () => {
    expect((await exec("select 1 as a; select 'x' as b;")).stdout).toBe('a\n-\n1\n(1 row)\nb\n-\nx\n(1 row)\n');
  });
});

describe('the shapes of the key list', () => {
  it.each<ListShape>(['keys', 'jwks.keys', 'array'])('reads %s', async (shape) => {
    org.simulator.switches.listShape = shape;
    // Copies of ids stand in the list of apps; when a key was made is asked of each app.
    const rows = await rowsOf("select id, created from okta.apps.jwks where subdomain = 'my-org'");
    expect(rows.map(({ id }) => String(id)).sort()).toEqual(allKeys());
  });

  it('refuses any other', async () => {
    org.simulator.switches.listShape = 'garbage';
    const { code, stdout, stderr } = await exec(
      "select id, created from okta.apps.jwks where subdomain = 'my-org'",
      '-o',
      'json',
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('without a list at $.keys or $.jwks.keys or $');
  });
});

describe('bad input ends with an error, an exit code, no rows and no request', () => {
  const jwks = (condition: string): string =>
    `select * from okta.apps.jwks where subdomain = 'my-org' and ${condition}`;
  it.each([
    ['an unfilled placeholder', "select '{{ who }}'", '{{ who }}'],
    ['a syntax error', 'select * from okta.apps.jwks where', 'line 1, column 35'],
    ['a misspelt keyword', 'selec 1', 'selec'],
    ['an unknown provider', "select * from otka.apps.jwks where subdomain = 'x'", 'Did you mean okta?'],
    ['an unknown service', "select * from okta.app.jwks where subdomain = 'x'", 'Did you mean apps'],
    ['an unknown resource', "select * from okta.apps.jwk where subdomain = 'x'", 'Did you mean jwks'],
    ['an unknown column', "select statsu from okta.apps.jwks where subdomain = 'my-org'", 'Did you mean status?'],
    ['an unknown column in WHERE', jwks("kyd = 'x'"), 'Did you mean kid?'],
    ['an unknown method', 'exec okta.apps.jwks.activate @subdomain = 1', 'okta.apps.jwks has no method'],
    ['an unknown parameter', "exec okta.apps.jwks.get_jwk @appid2 = 'x'", 'Did you mean appId?'],
    ['a missing subdomain', 'select * from okta.apps.jwks', "WHERE subdomain = '…'"],
    ['a path in an id', jwks("appId = '../users'"), 'could change the path'],
    ['an encoded path in an id that is decoded once', jwks("appId = '..\\users'"), 'could change the path'],
    ['an empty id', jwks("appId = ''"), 'is empty'],
    ['a body that is not JSON', "exec okta.apps.jwks.add_jwk @subdomain='my-org', @appId='a' @@json='{'", 'not JSON'],
    ['a file', "select * from read_text('/etc/passwd')", 'file or the network'],
    [
      'a DELETE of what a column that is not there says',
      "delete from okta.apps.jwks where subdomain='my-org' and appId='a' and keyId='k' and stat='ACTIVE'",
      'Did you mean status?',
    ],
    ['a statement that does not run here', 'vacuum', 'not supported'],
    ['an unclosed string', "select 'x", 'a quote is missing'],
  ])('%s', async (_name, sql, expected) => {
    let run = { code: null as number | null, stdout: '', stderr: '' };
    const requests = await requestsOf(org.simulator, async () => {
      run = await exec(sql);
    });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(expected);
    expect(requests).toEqual([]);
  });

  it.each([
    'evil.example/',
    'evil.example?',
    'evil.example#',
    'u@evil.example:443/',
    'my-org.okta.com.evil.example',
    'acme-okta.com',
    'my-org-admin',
    '',
    ' ',
    'my-org.okta.com:8443',
    'https://my-org.okta.com',
    '127.0.0.1',
    'münchen',
    'my-org\n',
    'a..b',
  ])('a hostile subdomain: %j', async (subdomain) => {
    let run = { code: null as number | null, stdout: '', stderr: '' };
    const requests = await requestsOf(org.simulator, async () => {
      run = await exec(`select * from okta.apps.jwks where subdomain = '${subdomain}'`);
    });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('subdomain');
    expect(requests).toEqual([]);
  });

  it('points at a syntax error with a caret', async () => {
    const { stderr } = await exec('select kid,\nfrom okta.apps.jwks wher x = 1');
    expect(stderr).toContain('line 2');
    expect(stderr).toMatch(/\n {2}from okta\.apps\.jwks wher x = 1\n {2} *\^\n/);
  });

  it('an HTML page with 200 is an error', async () => {
    org.simulator.switches.faults.push(faults.htmlPage());
    const { code, stdout, stderr } = await exec("select id from okta.apps.applications where subdomain = 'my-org'");
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('is a web page');
  });
});

describe('exit codes', () => {
  const select = "select id from okta.apps.applications where subdomain = 'my-org'";
  it.each([
    ['no token', {}, 3, 'OKTA_API_TOKEN'],
    ['a wrong token', { OKTA_API_TOKEN: 'wrong' }, 3, 'Invalid token'],
  ])('3 for %s', async (_name, credentials, expected, text) => {
    const { OKTAQL_ENDPOINT_URL = '' } = org.env;
    const { code, stderr } = await runCli(['exec', select], { env: { OKTAQL_ENDPOINT_URL, ...credentials } });
    expect(code).toBe(expected);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('wrong');
  });

  it('3 for a right that is missing', async () => {
    const { appId, keyId } = appWithKeys(org.simulator, 'ACTIVE');
    const sql = `delete from okta.apps.jwks where subdomain = 'my-org' and appId = '${appId}' and keyId = '${keyId}'`;
    const { code, stderr } = await runCli(['exec', sql], { env: { ...org.env, OKTA_API_TOKEN: 'cli-read-token' } });
    expect(code).toBe(3);
    expect(stderr).toContain('permission');
  });

  it.each([
    ['the rate limit', () => faults.tooManyRequests()],
    ['a broken connection', () => faults.resetBefore()],
  ])('4 for %s', async (_name, fault) => {
    org.simulator.switches.faults.push(fault());
    expect(await exec(select, '--timeout', '1')).toMatchObject({ code: 4, stdout: '' });
  });

  it.each([
    [['exec']],
    [['exec', ' -- nothing']],
    [['exec', '-o', 'xml', 'select 1']],
    [['exec', '--nope', 'select 1']],
    [['exec', '-i', '/no/such/file']],
    [['exec', '-i', SEED_FILE, 'select 1']],
    [['exec', '--var', 'x', 'select 1']],
    [['nope']],
    [['sim', '--port', 'x']],
  ])('2 for the usage %j', async (args) => {
    const { code, stdout, stderr } = await runCli(args, { env: org.env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('0 for help', async () => {
    const { code, stdout } = await runCli(['exec', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('OKTA_API_TOKEN');
  });
});

describe('an INSERT whose answer is lost', () => {
  const { n } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const insert = (kid: string): string => {
    const { appId } = appWithKeys(org.simulator, 'ACTIVE');
    return `insert into okta.apps.jwks (subdomain, appId, kid, kty, n, e)
      select 'my-org', '${appId}', '${kid}', 'RSA', '${n}', 'AQAB' returning kid`;
  };
  const POST = { match: { method: 'POST' } };

  /** Okta does what it is asked, and something else comes back. */
  function carriedOut(answer: (request: Request) => Promise<Response>): Fault {
    return { ...POST, answer: async (request, { proceed }) => proceed().then(() => answer(request)) };
  }

  function untilAborted(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }

  it.each([
    ['the connection breaks behind it', faults.resetAfter(POST), []],
    ['half of it is missing', faults.truncatedJson(POST), []],
    ['a gateway gives up behind it', carriedOut(async () => new Response('<html>', { status: 502 })), []],
    ['it does not come in time', carriedOut(({ signal }) => untilAborted(signal)), ['--apirequesttimeout', '10']],
  ])('0 and its row where %s, and the key is there', async (what, fault, flags) => {
    org.simulator.switches.faults.push(fault);
    const requests = await requestsOf(org.simulator, async () => {
      const { code, stdout, stderr } = await exec(insert(what), '-o', 'csv', ...flags);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `kid\n${what}\n` });
      expect(stderr).toMatch(/^note: The answer to POST \S+ was lost\. It was carried out: list_jwk shows kid "/);
    });
    expect(requests.map((request) => request.split(' ')[0])).toEqual(['POST', 'GET']);
  });

  it('4 where the connection breaks before it', async () => {
    org.simulator.switches.faults.push(faults.resetBefore(POST));
    const requests = await requestsOf(org.simulator, async () => {
      const { code, stdout, stderr } = await exec(insert('not there'));
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(stderr).toMatch(
        /^error \(08006\): POST .* It was not carried out: list_jwk shows no kid "not there"\.\nhint: /,
      );
    });
    expect(requests.map((request) => request.split(' ')[0])).toEqual(['POST', 'GET']);
  });
});

describe('--skip-denied', () => {
  const select = "select distinct appId from okta.apps.jwks where subdomain = 'my-org' and created < now()";
  const denied = { status: 403, code: 'E0000006', summary: 'You do not have permission' };
  const withKeys = (): readonly string[] =>
    org.simulator
      .apps()
      .map(({ id }) => id)
      .filter((id) => org.simulator.keys(id).length > 0);
  const hide = (...apps: readonly string[]): void => {
    const path = new RegExp(`/apps/(?:${apps.join('|')})/credentials/jwks`);
    org.simulator.switches.faults.push(faults.oktaError(denied, { match: { path } }));
  };

  it('3 without it, and a hint that names the app and the flag', async () => {
    const [app = ''] = withKeys();
    hide(app);
    const { code, stdout, stderr } = await exec(select);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(new RegExp(`hint: .* appId=${app}\\. --skip-denied`));
  });

  it.each([
    ['by the flag', ['--skip-denied'], ''],
    ['by a statement', [], 'set okta.skip_denied = on; '],
  ])('0 and the rows of the others %s, and a note that names it', async (_how, flags, before) => {
    const [app = '', ...others] = withKeys();
    hide(app);
    const { code, stdout, stderr } = await exec(`${before}${select}`, '-o', 'jsonl', ...flags);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `note: 1 call was denied (403) and left out; its rows are missing. okta.apps.jwks: appId=${app}.\n`,
    });
    const seen = stdout.trim().split('\n');
    expect(seen.toSorted()).toEqual(others.map((id) => JSON.stringify({ appId: id })).toSorted());
  });

  it('3 where all are denied, and where a change depends on it', async () => {
    hide(...withKeys());
    expect(await exec(select, '--skip-denied')).toMatchObject({ code: 3, stdout: '' });
    const change = "delete from okta.apps.jwks where subdomain = 'my-org' and created < now()";
    const requests = await requestsOf(org.simulator, async () => {
      const { code, stderr } = await exec(change, '--skip-denied', '--max-changes', '1000');
      expect(code).toBe(3);
      expect(stderr).toContain('read whole or not at all');
    });
    expect(requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  it('is a flag of the demo', async () => {
    const { code, stdout } = await runCli(['demo', '--skip-denied', '-o', 'csv', `explain ${select}`]);
    expect(code).toBe(0);
    expect(stdout).toContain('leaves out calls that are denied');
  });
});

describe('input and processes', () => {
  it('reads standard input, and a file with --var', async () => {
    expect((await runCli(['exec', '-o', 'jsonl'], { stdin: 'select 7 as seven' })).stdout).toBe('{"seven":7}\n');
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
    try {
      const file = join(folder, 'q.sql');
      writeFileSync(file, "select '{{ name }}' as n, {{ number }} as i");
      const { stdout } = await runCli([
        'exec',
        '-i',
        file,
        '--var',
        "name=O'Brien",
        '--var',
        'number=3',
        '-o',
        'jsonl',
      ]);
      expect(stdout).toBe('{"n":"O\'Brien","i":3}\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stops quietly when its reader goes away', async () => {
    const child = startCli(['exec', '-o', 'jsonl', "select repeat('x', 1000) as x from range(100000)"]);
    const closed = collectRun(child);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await closed;
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
  });

  it.skipIf(!existsSync('/dev/full')).each(['table', 'csv'])('says that the disk is full: %s', (format) => {
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, 'exec', 'select 1', '-o', format], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
        env: { HOME: tmpdir() },
      });
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringMatching(/^error \(22000\): The output cannot be written: ENOSPC.* not all of it\.\n$/),
      });
    } finally {
      closeSync(full);
    }
  });

  it.skipIf(!existsSync('/dev/full')).each([['--version'], ['--help'], ['exec', '--help'], ['demo']])(
    'says so in one line: %s',
    (...args) => {
      const full = openSync('/dev/full', 'w');
      try {
        const stdio: StdioOptions = ['ignore', full, 'pipe'];
        const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { stdio, encoding: 'utf8', env: {} });
        expect(status).toBe(1);
        expect(stderr).toMatch(/^error \(22000\): The output cannot be written: ENOSPC.*\n$/);
      } finally {
        closeSync(full);
      }
    },
  );

  it('ends on Ctrl-C with 130, in mid request', async () => {
    org.simulator.switches.latencyMs = 2 ** 30;
    try {
      const child = startCli(['exec', "select * from okta.apps.jwks where subdomain = 'my-org'"], org.env);
      org.simulator.clearJournal();
      const closed = collectRun(child);
      const poll = setInterval(() => {
        if (org.simulator.journal.length === 0) return;
        clearInterval(poll);
        child.kill('SIGINT');
      }, 10);
      const { code, stdout } = await closed;
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    } finally {
      org.simulator.switches.latencyMs = 0;
    }
  });
});

describe('--dryrun', () => {
  const statement = (appId: string): string =>
    `exec okta.apps.secrets.create_oauth2_client_secret @subdomain = 'my-org', @appId = '${appId}' @@json = '{"client_secret": "a-s3cret-of-14"}'`;

  it('prints the requests as rows, and sends none', async () => {
    const [{ id = '' } = {}] = org.simulator.apps();
    const requests = await requestsOf(org.simulator, async () => {
      expect(await exec(statement(id), '--dryrun', '-o', 'jsonl')).toEqual({
        code: 0,
        stdout: expect.stringMatching(
          /^\{"method":"POST","url":"http:[^"]+\/credentials\/secrets","body":"\{\\"client_secret\\":\\"\*\*\*\\"\}"\}\n$/,
        ),
        stderr: 'Dry run: 1 request was not sent.\n',
      });
    });
    expect(requests).toEqual([]);
  });

  it('is a flag of the demo', async () => {
    const { code, stderr } = await runCli(['demo', '--dryrun', statement('0oa1')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Dry run: 1 request was not sent.\n' });
  });
});

describe('--secrets-to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const temporaryPassword = async (): Promise<string> => {
    const { stdout } = await exec("select id from okta.users.users where subdomain = 'my-org' limit 1", '-o', 'jsonl');
    const { id } = JSON.parse(stdout) as { id: string };
    return `exec /*+ SHOWRESULTS */ okta.users.users.expire_password_with_temp_password @subdomain = 'my-org', @id = '${id}'`;
  };

  it('keeps what is shown once in a new file of its owner', async () => {
    const file = join(folder, 'secrets.jsonl');
    const sql = await temporaryPassword();
    const { code, stdout, stderr } = await exec(sql, '--secrets-to', file, '-o', 'jsonl');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'The operation was despatched successfully\n' });
    expect(JSON.parse(stdout)).toMatchObject({ tempPassword: '***' });
    const { secrets } = JSON.parse(readFileSync(file, 'utf8')) as { secrets: { tempPassword: string } };
    expect(secrets.tempPassword.length).toBeGreaterThan(5);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await exec(sql, '--secrets-to', file);
    expect(again).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining('is there already') });
  });

  it('without it, and without --reveal-secrets, nothing is sent', async () => {
    const sql = await temporaryPassword();
    const requests = await requestsOf(org.simulator, async () => {
      const { code, stderr } = await exec(sql);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('--secrets-to FILE') });
    });
    expect(requests).toEqual([]);
  });
});
