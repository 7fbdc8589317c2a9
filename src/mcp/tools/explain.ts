/**
 * `explain`: the plan of a statement and its price. Sends nothing.
 *
 * @module
 */

import type { Answer, Call, Given, Tool } from '../contract.ts';
import { allowance, leftLines, priceText, shownPlan } from '../price.ts';
import { answer } from '../results/kept-rows.ts';

export const EXPLAIN: Tool = {
  name: 'explain',
  description: 'Plan and price in requests of one statement, a change too. Sends nothing.',
  access: 'documents',
  arguments: { sql: { type: 'string' } },
  required: ['sql'],
  run: runExplain,
};

async function runExplain(given: Given, { workspace, session, signal }: Call): Promise<Answer> {
  const explanation = await session.explain(String(given['sql']), { signal });
  const { requests, lines, onlyReads } = explanation;
  const { maxRequests } = workspace.terms;
  const next =
    requests.expected > maxRequests ? `Above ${maxRequests}: query needs max_requests: ${allowance(requests)}.` : '';
  return answer([
    `${onlyReads ? 'Reads only' : 'Changes something'}; ${priceText(requests)}. ${next}`.trim(),
    ...shownPlan(lines),
    ...leftLines(explanation, workspace),
  ]);
}
