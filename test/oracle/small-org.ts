import { demoOrg, type Org, type Simulator } from '../../src/simulator/index.ts';

/**
 * The apps of the demo that differ in what statements can tell: kind, status, keys of each status, use and type, keys that two
 * share, none. Each further one costs a call for every list below apps, in every statement that reads such a list.
 */
const APPS: ReadonlySet<string> = new Set([
  'Okta Admin Console',
  'Payroll Sync',
  'Audit Log Export',
  'Edge Gateway',
  'Billing Reconciler',
  'Billing Reconciler (staging)',
  'Legacy Ticket Bridge',
  'Onboarding Bot',
  'Notification Relay',
  'Claims Portal',
  'Customer CRM',
  'Learning Platform',
  'Cafeteria Menu',
]);

export function smallOrg(now: Date): Org {
  const org = demoOrg({ now });
  return { ...org, apps: org.apps.filter(({ label }) => APPS.has(label)) };
}

/**
 * Leaves enough users for pages and all statuses, and gives most of them attributes of the org's own, whose texts are dates,
 * numbers, ids and spans of time to who compares them so.
 */
export async function settleUsers(simulator: Simulator, host: string): Promise<void> {
  const headers = { authorization: `SSWS ${simulator.token}`, 'content-type': 'application/json' };
  const call = async (path: string, init: RequestInit, expected: number): Promise<Response> => {
    const response = await simulator.handle(new Request(`https://${host}/api/v1/users${path}`, { ...init, headers }));
    if (response.status !== expected) throw new Error(`${path}: ${response.status}`);
    return response;
  };
  const all = (await (await call('?search=id+pr', {}, 200)).json()) as readonly { id: string; status: string }[];
  const isLeft = ({ status }: { readonly status: string }, index: number): boolean =>
    status !== 'ACTIVE' || index % 3 === 0;
  for (const { id } of all.filter((user, index) => !isLeft(user, index))) {
    // The first call deactivates, the second deletes.
    for (const _time of [1, 2]) await call(`/${id}`, { method: 'DELETE' }, 204);
  }
  for (const [index, { id }] of all.filter(isLeft).entries()) {
    if (index % 4 === 3) continue;
    const profile = {
      hireDate: ['2026-01-05', '2026-03-01', '2026-1-5'][index % 3],
      level: ['1', '01', '2', ' 7', '3.0'][index % 5],
      badge: `0190${index % 2 === 0 ? 'e5f6' : 'E5F6'}-0000-7000-8000-00000000000${index % 3}`,
      tenure: ['5 days', '120:00:00', '1 month'][index % 3],
      score: index % 2 === 0 ? 1.5 : 7,
    };
    await call(`/${id}`, { method: 'POST', body: JSON.stringify({ profile }) }, 200);
  }
}
