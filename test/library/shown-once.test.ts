/** Answers that Okta gives once: refused, shown, or kept in a file. */

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProvider, createSession, type Session, type SessionOptions } from '../../src/index.ts';
import { createSimulator } from '../../src/simulator/index.ts';

let folder = '';
let close = async (): Promise<void> => undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oktaql-once-'));
});
afterEach(async () => {
  await close();
  await rm(folder, { recursive: true });
});

interface World {
  readonly session: Session;
  readonly changes: string[];
  /** Everything that was answered, by the simulator. */
  readonly answers: string[];
  readonly told: unknown[];
  id(path: string, isWanted?: (item: Readonly<Record<string, unknown>>) => boolean): Promise<string>;
}

function start(options: SessionOptions = {}): World {
  const simulator = createSimulator();
  const [changes, answers, told]: [string[], string[], unknown[]] = [[], [], []];
  const session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    onExchange: (record) => told.push(record),
    fetch: async (request) => {
      const response = await simulator.handle(request);
      if (request.method !== 'GET') {
        changes.push(`${request.method} ${new URL(request.url).pathname}`);
        answers.push(await response.clone().text());
      }
      return response;
    },
    ...options,
  });
  close = () => session.close();
  const id: World['id'] = async (path, isWanted = () => true) => {
    const headers = { authorization: `SSWS ${simulator.token}`, accept: 'application/json' };
    const answer = await simulator.handle(new Request(`https://my-org.okta.com${path}`, { headers }));
    return String(((await answer.json()) as Readonly<Record<string, unknown>>[]).find(isWanted)?.['id']);
  };
  return { session, changes, answers, told, id };
}

const API_SERVICES = '/integrations/api/v1/api-services';

/** Statements with such an answer, and where in it the secret is. */
const STATEMENTS: readonly (readonly [what: string, sql: (world: World) => Promise<string>, secret: string])[] = [
  [
    'a temporary password',
    async ({ id }) => `EXEC okta.users.users.expire_password_with_temp_password @id = '${await id('/api/v1/users')}'`,
    'tempPassword',
  ],
  [
    'a link to a new password',
    async ({ id }) => `EXEC okta.users.users.reset_password @id = '${await id('/api/v1/users')}', @sendEmail = 'false'`,
    'resetPasswordUrl',
  ],
  [
    'an activation link',
    async ({ id }) => `EXEC okta.users.users.activate_user @id = '${await id('/api/v1/users')}', @sendEmail = false`,
    'activationUrl',
  ],
  [
    'a link by which a user begins anew',
    async ({ id }) =>
      `EXEC okta.users.users.reactivate_user @id = '${await id('/api/v1/users', ({ status }) => status === 'PROVISIONED')}'`,
    'activationToken',
  ],
  [
    'the secret of a new API integration',
    async () =>
      `INSERT INTO okta.integrations.instances (type, grantedScopes) VALUES ('my_app_cie', '["okta.users.read"]') RETURNING id, clientSecret`,
    'clientSecret',
  ],
  [
    'a further secret of an API integration',
    async ({ id }) =>
      `INSERT INTO okta.integrations.instance_secrets (apiServiceId) VALUES ('${await id(API_SERVICES)}') RETURNING *`,
    'client_secret',
  ],
];

const secretIn = (answer: string | undefined, name: string): string =>
  String((JSON.parse(answer ?? '{}') as Readonly<Record<string, unknown>>)[name]);

describe.each(STATEMENTS)('%s', (_what, sqlFor, name) => {
  it('is not asked for where nobody would see it', async () => {
    const world = start();
    const running = world.session.query(await sqlFor(world));
    await expect(running).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: expect.stringContaining('Nothing was sent'),
      hint: expect.stringContaining('--secrets-to'),
    });
    expect(world.changes).toEqual([]);
  });

  it('is shown where secrets are', async () => {
    const world = start({ revealSecrets: true });
    const { rows } = await world.session.query(await sqlFor(world));
    const secret = secretIn(world.answers[0], name);
    expect(secret.length).toBeGreaterThan(5);
    expect(rows.flat()).toContain(secret);
    expect(JSON.stringify(world.told)).not.toContain(secret);
  });

  it('goes to a file that only its owner may read, and nowhere else', async () => {
    const file = join(folder, 'secrets.jsonl');
    const world = start({ secretsTo: file });
    const sql = await sqlFor(world);
    const shown = [await world.session.query(sql)];
    const secret = secretIn(world.answers[0], name);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      method: expect.stringMatching(/^okta\.\w+\.\w+\.\w+$/),
      parameters: { subdomain: 'my-org' },
      secrets: { [name]: secret },
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.stringify([shown, world.told])).not.toContain(secret);
  });
});

it('what is mailed is not answered, and needs neither', async () => {
  const world = start();
  const id = await world.id('/api/v1/users');
  await world.session.query(`EXEC okta.users.users.activate_user @id = '${id}'`);
  await world.session.query(`EXEC okta.users.users.reset_password @id = '${id}', @sendEmail = 'TRUE'`);
  expect(world.answers).toEqual(['{}', '{}']);
});

describe('a file for secrets', () => {
  it('is made by the first secret, and holds a line for each of a session', async () => {
    const file = join(folder, 'secrets.jsonl');
    const world = start({ secretsTo: file });
    const ids = [
      await world.id('/api/v1/users'),
      await world.id('/api/v1/users', ({ status }) => status === 'PASSWORD_EXPIRED'),
    ];
    await expect(stat(file)).rejects.toThrow();
    for (const id of ids)
      await world.session.query(`EXEC okta.users.users.expire_password_with_temp_password @id = '${id}'`);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { parameters: { id: string } }).parameters.id)).toEqual(ids);
  });

  it('must not be there', async () => {
    const file = join(folder, 'there');
    await writeFile(file, 'kept');
    expect(() => createSession({ token: 't', secretsTo: file })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', subject: 'secretsTo' }),
    );
    expect(await readFile(file, 'utf8')).toBe('kept');
  });

  it('must not have come since: nothing is sent then', async () => {
    const file = join(folder, 'later');
    const world = start({ secretsTo: file });
    await writeFile(file, 'kept');
    const id = await world.id('/api/v1/users');
    const running = world.session.query(`EXEC okta.users.users.expire_password_with_temp_password @id = '${id}'`);
    await expect(running).rejects.toMatchObject({ code: 'INVALID_VALUE', subject: 'secretsTo' });
    expect(world.changes).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe('kept');
  });

  it('must be one that can be made: nothing is sent then', async () => {
    const world = start({ secretsTo: join(folder, 'no', 'such', 'folder') });
    const id = await world.id('/api/v1/users');
    const running = world.session.query(`EXEC okta.users.users.expire_password_with_temp_password @id = '${id}'`);
    await expect(running).rejects.toMatchObject({ code: 'INVALID_VALUE', subject: 'secretsTo' });
    expect(world.changes).toEqual([]);
  });
});

it('INSERT has to return what is shown once, or nobody sees it', async () => {
  const world = start({ revealSecrets: true });
  const insert = `INSERT INTO okta.integrations.instance_secrets (apiServiceId) VALUES ('${await world.id(API_SERVICES)}')`;
  for (const sql of [insert, `${insert} RETURNING id`])
    await expect(world.session.query(sql)).rejects.toMatchObject({ subject: 'RETURNING' });
  expect(world.changes).toEqual([]);
});

it('a dry run makes the check too', async () => {
  const { session, changes } = start();
  const sql = `EXEC okta.users.users.expire_password_with_temp_password @id = '00u1'`;
  await expect(session.query(sql, { dryRun: true })).rejects.toMatchObject({ code: 'INVALID_VALUE' });
  expect(changes).toEqual([]);
});

it('a provider without SQL is asked the same', async () => {
  const provider = createProvider({ token: 't', subdomain: 'my-org', fetch: () => Promise.reject(new Error('sent')) });
  const call = provider.invoke('okta.users.users.expire_password_with_temp_password', { id: '00u1' });
  await expect(call).rejects.toMatchObject({ code: 'INVALID_VALUE' });
  await provider.close();
});

describe('of a factor', () => {
  const activation = {
    timeStep: 30,
    sharedSecret: 'PLANTED-SHARED',
    encoding: 'base32',
    keyLength: 16,
    _links: {
      qrcode: { href: 'https://my-org.okta.com/api/v1/users/u/factors/f/qr/PLANTED-PICTURE', type: 'image/png' },
    },
  };
  const answer = {
    id: 'ost1',
    factorType: 'token:software:totp',
    status: 'PENDING_ACTIVATION',
    _embedded: { activation },
  };
  const enrol = (type: string): string =>
    `INSERT INTO okta.users.factors (userId, factorType, provider) VALUES ('00u1', '${type}', 'OKTA') RETURNING *`;
  const answering = (options: SessionOptions = {}): World & { readonly sent: string[] } => {
    const sent: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      sent.push(request.method);
      return Response.json(request.method === 'GET' ? [answer] : answer);
    };
    return { ...start({ fetch, ...options }), sent };
  };

  it('that makes passcodes, the shared secret is not asked for where nobody would see it', async () => {
    const { session, sent } = answering();
    await expect(session.query(enrol('token:software:totp'))).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: expect.stringContaining('_embedded.activation.sharedSecret'),
    });
    expect(sent).toEqual([]);
  });

  it('it goes to a file, and its picture too', async () => {
    const file = join(folder, 'secrets.jsonl');
    const { session, told } = answering({ secretsTo: file });
    const { rows } = await session.query(enrol('token:software:totp'));
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      secrets: {
        '_embedded.activation.sharedSecret': 'PLANTED-SHARED',
        '_embedded.activation._links.qrcode': activation._links.qrcode,
      },
    });
    expect(JSON.stringify([rows, told])).not.toContain('PLANTED');
  });

  it('it is shown where secrets are', async () => {
    const { rows } = await answering({ revealSecrets: true }).session.query(enrol('token:software:totp'));
    expect(JSON.stringify(rows)).toContain('PLANTED-SHARED');
  });

  it('of another type there is none, and nothing is refused', async () => {
    const { session, sent } = answering();
    await session.query(enrol('sms'));
    expect(sent).toEqual(['POST']);
  });

  it('no list shows it, nor what it was read from', async () => {
    const { rows } = await answering().session.query("SELECT *, _raw FROM okta.users.factors WHERE userId = '00u1'");
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('PLANTED');
  });
});
