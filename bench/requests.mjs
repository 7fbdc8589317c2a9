// What statements cost in requests, beside the least that can be: `npm run bench -- --requests`. Each is run twice: `sent` is of a
// session that learns while it goes, `again` of one that has seen all lists, which is what EXPLAIN estimates then.

import { createSession } from '../dist/index.js';
import { createSimulator, demoOrg } from '../dist/simulator/index.js';
import { openWorld } from './statement-world.mjs';
import { STATEMENTS } from './statements.mjs';

/** All statements together, and each one, may cost so many times the least. */
const MOST_TOGETHER = 1.1;
const MOST_OF_ONE = 2;
/** An estimate is good within this factor. */
const FACTOR = 2;

const world = await openWorld({ createSession, createSimulator, demoOrg });
const measured = [];
try {
  for (const statement of STATEMENTS) measured.push({ statement, requests: (await world.count(statement)).requests });
  // Now the session has seen how long the lists are: what it expects, and what it sends then.
  for (const each of measured) Object.assign(each, await measureAgain(each.statement));
} finally {
  await world.close();
}
for (const violation of world.violations()) throw new Error(violation);
printTable(measured);
process.exitCode = printSummary(measured) ? 0 : 1;

/** The best of three times is what else the machine does disturbed least. */
async function measureAgain(statement) {
  const explained = [];
  for (let times = 0; times < 3; times += 1) explained.push(await world.explain(statement));
  const [{ plan }] = explained;
  const { requests: again } = await world.count(statement);
  return { again, estimate: estimateOf(plan), ms: Math.min(...explained.map(({ ms }) => ms)) };
}

/** What EXPLAIN expects of all scans together; undefined where it gives no numbers. */
function estimateOf(plan) {
  const nodes = Array.isArray(plan) ? plan : (plan?.plan ?? plan?.nodes ?? []);
  const scans = nodes.flatMap((node) => (node.node === 'query' ? (node.children ?? []) : [node]));
  return scans.map(({ requests }) => expectedOf(requests)).reduce((sum, each) => sum + each, 0);
}

function expectedOf(requests) {
  if (typeof requests === 'number') return requests;
  if (typeof requests === 'string') return /^\d+$/.test(requests) ? Number(requests) : Number.NaN;
  const { expected, min, max } = requests ?? {};
  return expected ?? (max === undefined || max === null ? Number.NaN : (min + max) / 2);
}

function printTable(rows) {
  const width = Math.max(...rows.map(({ statement }) => statement.name.length));
  console.log(`${'statement'.padEnd(width)}  least  sent  ratio  again  estimate  EXPLAIN  why it is more`);
  for (const { statement, requests, again, estimate, ms } of rows) {
    const cells = [
      statement.name.padEnd(width),
      String(statement.least).padStart(5),
      String(requests).padStart(4),
      (requests / statement.least).toFixed(2).padStart(5),
      String(again).padStart(5),
      (Number.isNaN(estimate) ? '–' : String(Math.round(estimate))).padStart(8),
      `${ms.toFixed(1)} ms`.padStart(7),
      requests === statement.least ? '' : (statement.excess ?? ''),
    ];
    console.log(cells.join('  ').trimEnd());
  }
}

/** @returns whether all is as it should be */
function printSummary(rows) {
  const sent = sum(rows.map(({ requests }) => requests));
  const least = sum(rows.map(({ statement }) => statement.least));
  const elsewhere = sum(rows.map(({ statement }) => statement.elsewhere?.least ?? statement.least));
  const worst = rows
    .map(({ statement, requests }) => ({ name: statement.name, ratio: requests / statement.least }))
    .filter(({ ratio }) => ratio > MOST_OF_ONE)
    .sort((a, b) => b.ratio - a.ratio);
  const estimated = rows.filter(({ estimate }) => !Number.isNaN(estimate));
  const good = estimated.filter(({ estimate, again }) => isWithin(estimate, again));
  const times = rows.map(({ ms }) => ms);
  console.log('');
  console.log(`${rows.length} statements, ${sent} requests; the least are ${least}: ${(sent / least).toFixed(3)} ×`);
  console.log(`  with methods of other tables in their place, the least are ${elsewhere}`);
  console.log(`above ${MOST_OF_ONE} × their least: ${worst.length}`);
  for (const { name, ratio } of worst) console.log(`  ${ratio.toFixed(2)} × ${name}`);
  console.log(
    `estimates: ${estimated.length} of ${rows.length} in numbers, ${good.length} within a factor of ${FACTOR} of what was sent again`,
  );
  console.log(`EXPLAIN: median ${middle(times).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms`);
  return sent <= MOST_TOGETHER * least && worst.length === 0;
}

function isWithin(estimate, requests) {
  return estimate <= requests * FACTOR && requests <= estimate * FACTOR;
}

function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}

function middle(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
