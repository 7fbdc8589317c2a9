import { demoOrg, type Org } from '../../src/simulator/index.ts';

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
