/** The questions of `docs/audit`: each finds what the demo org is known to hold, with the requests that its file says. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSession, QueryError, type Session } from '../../src/index.ts';
import { createSimulator, demoOrg, type Simulator } from '../../src/simulator/index.ts';
import { valueText } from '../slt/run.ts';
import { rsaKey } from '../unit/simulator/client.ts';

const FOLDER = fileURLToPath(new URL('../../docs/audit/', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
const readme = readFileSync(`${FOLDER}README.md`, 'utf8');

type Variables = Readonly<Record<string, string>>;

interface Question {
  readonly file: string;
  readonly variables?: Variables;
  /** Which of its columns are compared: not ids and kids, which mean nothing to a reader. */
  readonly columns: readonly string[];
  readonly findings: readonly string[];
}

const questions: readonly Question[] = [
  {
    file: '01-old-signing-keys.sql',
    variables: { days: '90' },
    columns: ['label', 'ageDays', 'isNewest'],
    findings: [
      'Legacy Ticket Bridge 730 true',
      'Metrics Collector 500 true',
      'Payroll Sync 400 true',
      'Notification Relay 250 true',
      'Audit Log Export 190 false',
      'Billing Reconciler 150 true',
      'Billing Reconciler (staging) 150 true',
      'Edge Gateway 120 true',
      'Identity Sync 100 false',
      'Warehouse Loader 95 true',
      'Terraform Runner 91 true',
    ],
  },
  {
    file: '02-no-spare-key.sql',
    columns: ['label', 'activeKeys', 'keys'],
    findings: [
      'Onboarding Bot 0 0',
      'Billing Reconciler 1 1',
      'Billing Reconciler (staging) 1 1',
      'Build Pipeline 1 2',
      'Deploy Approver 1 1',
      'Device Inventory 1 1',
      'Edge Gateway 1 2',
      'Legacy Ticket Bridge 1 1',
      'Payroll Sync 1 1',
      'Secrets Rotator 1 3',
      'Terraform Runner 1 1',
      'Warehouse Loader 1 1',
    ],
  },
  {
    file: '03-inactive-credentials.sql',
    variables: { days: '110' },
    columns: ['kind', 'inactiveDays'],
    findings: ['secret 249', 'secret 249', 'key 190', 'key 183', 'key 150', 'key 120'],
  },
  {
    file: '04-shared-keys.sql',
    columns: ['apps', 'labels'],
    findings: ['2 Billing Reconciler, Billing Reconciler (staging)'],
  },
  {
    file: '05-weak-keys.sql',
    columns: ['label', 'size', 'finding'],
    findings: ['Legacy Ticket Bridge 2048 no use'],
  },
  {
    file: '06-too-many-keys.sql',
    columns: ['label', 'keys', 'activeSigning', 'finding'],
    findings: [
      'Audit Log Export 3 2 several active signing keys',
      'Fraud Scoring 2 2 several active signing keys',
      'Identity Sync 2 2 several active signing keys',
    ],
  },
  {
    file: '07-keys-elsewhere-or-secrets.sql',
    columns: ['label', 'finding', 'detail'],
    findings: [
      'Partner Dashboard client secret with a grant okta.apps.manage',
      'Travel Booking client secret with a grant okta.apps.manage',
      'Employee Portal client secret with a role HELP_DESK_ADMIN',
      'Expense Reports keys at a URL http://expenses.example.net/keys.json',
    ],
  },
  {
    file: '08-reach-of-keys.sql',
    columns: ['label', 'roles'],
    findings: [
      'Build Pipeline NULL',
      'Claims Portal NULL',
      'Deploy Approver NULL',
      'Device Inventory NULL',
      'Edge Gateway NULL',
      'Fraud Scoring NULL',
      'Fraud Scoring NULL',
      'Identity Sync NULL',
      'Identity Sync NULL',
      'Legacy Ticket Bridge NULL',
      'Payroll Sync READ_ONLY_ADMIN, SUPER_ADMIN',
    ],
  },
  {
    file: '09-last-use.sql',
    variables: { days: '30' },
    columns: ['label', 'tokenDays', 'addedBy'],
    findings: [
      'Audit Log Export NULL NULL',
      'Billing Reconciler NULL NULL',
      'Claims Portal NULL NULL',
      'Deploy Approver NULL NULL',
      'Device Inventory NULL NULL',
      'Legacy Ticket Bridge NULL NULL',
      'Payroll Sync NULL NULL',
      'Terraform Runner NULL NULL',
      'Edge Gateway 4 NULL',
      'Warehouse Loader 4 NULL',
      'Build Pipeline 4 NULL',
      'Fraud Scoring 1 NULL',
      'Secrets Rotator 0 NULL',
      'Identity Sync 0 barbara.ellis@example.com',
      'Billing Reconciler (staging) 0 NULL',
    ],
  },
  {
    file: '10-saml-certificates.sql',
    variables: { days: '30' },
    columns: ['label', 'inUse'],
    findings: ['HR Suite true', 'Customer CRM false', 'Data Warehouse false', 'HR Suite false', 'Source Control false'],
  },
  {
    file: '11-api-tokens.sql',
    variables: { days: '20' },
    columns: ['name', 'ownerStatus', 'unusedDays', 'findings'],
    findings: [
      'Old importer DEPROVISIONED 2 owner not active, from anywhere',
      'Reports ACTIVE 29 unused',
      'Terraform ACTIVE 2 from anywhere',
      'Ticket bridge SUSPENDED 2 owner not active, from anywhere',
    ],
  },
];

let simulator: Simulator;
let session: Session;
beforeEach(() => {
  // The engine's clock is the machine's, so the org's stands still at this moment.
  const now = new Date();
  simulator = createSimulator({ org: demoOrg({ now }), now: () => now });
  session = createSession({ token: simulator.token, fetch: (request) => simulator.handle(request), now: () => now });
});
afterEach(async () => {
  await session.close();
  expect(simulator.violations).toEqual([]);
});

const read = (file: string): string => readFileSync(`${FOLDER}${file}`, 'utf8');

/** As the comment at the head of a file says. */
function statedRequests(file: string): number {
  return Number(/^-- Requests: (\d+) on the demo org: /m.exec(read(file))?.[1]);
}

async function findings({ file, variables = {}, columns }: Question): Promise<readonly string[]> {
  const result = await session.query(read(file), { variables: { subdomain: 'my-org', ...variables } });
  const positions = columns.map((name) => result.columns.findIndex((column) => column.name === name));
  return result.rows.map((row) => positions.map((position) => valueText(row[position] ?? null)).join(' '));
}

describe('docs/audit', () => {
  it('has twelve questions, and their requests in its table too', () => {
    const rows = [...readme.matchAll(/^\| .*? \| \[\d+\]\((\S+)\) \| .*? \| (\d+) \|/gm)];
    expect(rows.map(([, file, requests]) => [file, Number(requests)])).toEqual(
      files.map((file) => [file, statedRequests(file)]),
    );
    expect(files).toHaveLength(12);
  });

  it.each(questions)('$file finds what is there', async (question) => {
    expect(await findings(question)).toEqual(question.findings);
    expect(simulator.journal.map(({ status }) => status)).toEqual(
      Array.from({ length: statedRequests(question.file) }, () => 200),
    );
  });
});

/** Runs the script to its end, or to its first error. */
async function rotate(variables: Variables): Promise<string | undefined> {
  simulator.clearJournal();
  try {
    for (const { run } of session.script(read('12-rotation.sql'), { variables })) await (await run()).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return error.code;
  }
}

describe('12-rotation.sql', () => {
  const { n } = rsaKey() as { readonly n: string };
  let variables: Variables;
  beforeEach(() => {
    const appId = simulator.apps().find(({ label }) => label === 'Payroll Sync')?.id ?? '';
    variables = { subdomain: 'my-org', appId, kid: 'new', n, minutes: '0', days: '30' };
  });
  const states = (): readonly string[] =>
    simulator.keys(variables['appId'] ?? '').map(({ kid, status }) => `${kid === 'new' ? 'new' : 'old'} ${status}`);
  const changes = (): number => simulator.journal.filter(({ method }) => method !== 'GET').length;

  it('adds the new key and deactivates the old one', async () => {
    expect(await rotate(variables)).toBeUndefined();
    expect(states()).toEqual(['old INACTIVE', 'new ACTIVE']);
    expect(simulator.journal).toHaveLength(statedRequests('12-rotation.sql'));
  });

  it('leaves the old key alone until the new one is old enough', async () => {
    expect(await rotate({ ...variables, minutes: '60' })).toBeUndefined();
    expect(states()).toEqual(['old ACTIVE', 'new ACTIVE']);
  });

  it('changes nothing when it runs again, until the old key may be deleted', async () => {
    await rotate(variables);
    expect(await rotate(variables)).toBeUndefined();
    expect(changes()).toBe(0);
    // What was deactivated a moment ago is past an age of none.
    expect(await rotate({ ...variables, days: '0' })).toBeUndefined();
    expect(states()).toEqual(['new ACTIVE']);
  });

  it('stops at the first error: a key that is refused deactivates nothing', async () => {
    expect(await rotate({ ...variables, n: 'AQAB' })).toBe('INVALID_VALUE');
    expect({ states: states(), changes: changes() }).toEqual({ states: ['old ACTIVE'], changes: 0 });
  });
});
