import { type Accepted, judge, lineOf, type Sighting } from './accepted.ts';
import type { Exchange } from './exchanges.ts';
import { findOperation, type Operation } from './operations.ts';
import { replay, type Simulator } from './replay.ts';
import { checkRows, isReadable, nameOf, type Provider } from './rows.ts';

/** What the judges found, in lines to print, and whether all is well. */
export interface Report {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

/** Serves every recorded answer to a GET to the product, and says how it arrived as rows. */
export async function judgeRows(
  exchanges: readonly Exchange[],
  operations: readonly Operation[],
  providerFor: (text: string) => Provider,
): Promise<Report> {
  const lines: string[] = [];
  const hiddenBy = new Map<string, Set<string>>();
  const total = { whole: 0, rows: 0, compared: 0 };
  const reads = exchanges.filter(isReadable);
  for (const exchange of reads) {
    const found = findOperation(operations, exchange);
    if (found === undefined) {
      lines.push(`${nameOf(exchange)}\n  no method`);
      continue;
    }
    const { problems, hidden, rows, compared } = await checkRows(providerFor, exchange, found).catch(failedCheck);
    const { table } = found.operation;
    for (const name of hidden) hiddenBy.set(table, (hiddenBy.get(table) ?? new Set()).add(name));
    total.rows += rows;
    total.compared += compared;
    if (problems.length === 0) total.whole += 1;
    else lines.push(`${nameOf(exchange)}\n  ${problems.slice(0, 5).join('\n  ')}`);
  }
  lines.push('Fields that no column shows:', ...hiddenLines(hiddenBy));
  lines.push(
    `${total.whole} of ${reads.length} recorded answers to GET arrive whole: ${total.rows} rows, ${total.compared} scalar fields compared.`,
  );
  return { lines, isGood: total.whole === reads.length };
}

function failedCheck(error: unknown): Awaited<ReturnType<typeof checkRows>> {
  return { problems: [error instanceof Error ? error.message : String(error)], hidden: [], rows: 0, compared: 0 };
}

function hiddenLines(hiddenBy: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  if (hiddenBy.size === 0) return ['  none'];
  return [...hiddenBy].toSorted().map(([table, names]) => `  ${table}: ${[...names].join(', ')}`);
}

/** Makes every recorded call to the simulator, and says which answers differ in a way that is not on the list. */
export async function judgeSimulator(
  exchanges: readonly Exchange[],
  operations: readonly Operation[],
  accepted: readonly Accepted[],
  start: () => Simulator,
): Promise<Report> {
  const sightings: Sighting[] = [];
  let alike = 0;
  for (const exchange of exchanges) {
    const seen = await sightingsOf(exchange, operations, start);
    if (seen.length === 0) alike += 1;
    sightings.push(...seen);
  }
  const { unlisted, stale } = judge(sightings, accepted);
  return {
    lines: [
      ...distinct(unlisted.map(lineOf)),
      ...stale.map((entry) => `The list of accepted differences is out of date: ${lineOf(entry)}`),
      `${exchanges.length} recorded calls made to the simulator: ${alike} answers alike, ` +
        `${sightings.length} differences in the others, ${sightings.length - unlisted.length} of them accepted, ` +
        `${unlisted.length} not; ${stale.length} accepted in vain.`,
    ],
    isGood: unlisted.length === 0 && stale.length === 0,
  };
}

async function sightingsOf(
  exchange: Exchange,
  operations: readonly Operation[],
  start: () => Simulator,
): Promise<readonly Sighting[]> {
  const found = findOperation(operations, exchange);
  if (found === undefined) return [{ operation: nameOf(exchange), aspect: 'operation', detail: 'is in no document' }];
  const { differences } = await replay(start, exchange, found);
  return differences.map((difference) => ({ operation: found.operation.name, ...difference }));
}

function distinct(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].toSorted();
}
