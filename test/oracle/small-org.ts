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
  'Expense Reports',
  'Meeting Rooms',
  'Customer CRM',
  'Learning Platform',
  'Cafeteria Menu',
  'Utility Billing',
]);

export function smallOrg(now: Date): Org {
  const org = demoOrg({ now });
  return { ...org, apps: org.apps.filter(({ label }) => APPS.has(label)) };
}

/** Attributes of an org's own, whose texts are dates, numbers, ids and spans of time to who compares them so. Some have none. */
export async function giveAttributes(simulator: Simulator): Promise<void> {
  const headers = { authorization: `SSWS ${simulator.token}`, 'content-type': 'application/json' };
  const call = (path: string, init: RequestInit): Promise<Response> =>
    simulator.handle(new Request(`https://my-org.okta.com/api/v1/users${path}`, { ...init, headers }));
  const users = (await (await call('?search=id+pr', {})).json()) as readonly { readonly id: string }[];
  for (const [index, { id }] of users.entries()) {
    if (index % 4 === 3) continue;
    const profile = {
      hireDate: ['2026-01-05', '2026-03-01', '2026-1-5'][index % 3],
      level: ['1', '01', '2', ' 7', '3.0'][index % 5],
      badge: `0190${index % 2 === 0 ? 'e5f6' : 'E5F6'}-0000-7000-8000-00000000000${index % 3}`,
      tenure: ['5 days', '120:00:00', '1 month'][index % 3],
      score: index % 2 === 0 ? 1.5 : 7,
    };
    const { status } = await call(`/${id}`, { method: 'POST', body: JSON.stringify({ profile }) });
    if (status !== 200) throw new Error(`${id}: ${status}`);
  }
}
