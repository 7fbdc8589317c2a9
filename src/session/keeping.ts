/**
 * Rows of a query that become a table of the session.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import type { LocalPlan, Plan } from '../plan/plan.ts';
import { quoteName } from '../sql/text/sql-text.ts';

/** @throws NotSupportedError for what is no query */
export function keptAs(plan: Plan, table: string): LocalPlan {
  if (plan.kind !== 'query') {
    throw new NotSupportedError('Only the rows of a SELECT can be kept as a table (keepAs).', {
      hint: 'SELECT … FROM information_schema.tables and .columns answer what SHOW does.',
    });
  }
  return {
    kind: 'local',
    action: 'fill',
    prefix: `CREATE TABLE ${quoteName(table)} AS`,
    query: plan,
    parameters: plan.parameters,
    tag: 'SELECT',
    message: '',
    object: { name: table, use: 'make' },
  };
}
