/**
 * What a session that only reads refuses.
 *
 * @module
 */

import { ReadOnlyError } from '../errors.ts';
import type { Plan } from './plan.ts';

/**
 * Refuses what would change something at the provider. An EXEC of a GET changes nothing; the session's own tables and views are
 * nobody else's.
 *
 * @throws ReadOnlyError
 */
export function checkReadOnly(plan: Plan): void {
  const change = changeOf(plan);
  if (change === undefined) return;
  throw new ReadOnlyError(`${change} would change something, and this session only reads. Nothing was sent.`, {
    hint: 'Leave out --read-only, or the option readOnly, if the change is meant; --dryrun shows it.',
  });
}

/**
 * Whether it only reads: nothing changes at the provider, in the session's own tables and settings, or in files. Decided by what the
 * statement was parsed to, and never by its words.
 */
export function onlyReads(plan: Plan): boolean {
  switch (plan.kind) {
    case 'query':
    case 'metadata':
      return true;
    case 'explain':
      return !plan.isAnalyze || onlyReads(plan.plan);
    case 'exec':
      return changeOf(plan) === undefined;
    default:
      return false;
  }
}

/** What changes what. */
function changeOf(plan: Plan): string | undefined {
  switch (plan.kind) {
    case 'insert':
      return `INSERT INTO ${plan.resource.name}`;
    case 'delete':
      return `DELETE FROM ${plan.resource.name}`;
    case 'update':
      return `${plan.verb.toUpperCase()} ${plan.resource.name}`;
    case 'exec':
      return plan.method.httpMethod === 'GET' ? undefined : `EXEC ${plan.method.key}`;
    default:
      return undefined;
  }
}
