import type { Engine, EngineStatement } from '../../../src/engine/engine.ts';
import { execute } from '../../../src/exec/execute.ts';
import type { Provider, ScanOptions } from '../../../src/exec/provider.ts';
import { collect } from '../../../src/exec/query.ts';
import { DEFAULT_SETTINGS, type PlanSettings } from '../../../src/plan/draft.ts';
import { plan } from '../../../src/plan/planner.ts';
import type { ProviderOptions } from '../../../src/session/provider/options.ts';
import { createProvider } from '../../../src/session/provider.ts';
import {
  createSimulator,
  demoOrg,
  type Org,
  type Simulator,
  type SimulatorOptions,
  uniformOrg,
} from '../../../src/simulator/index.ts';
import { parseScript } from '../../../src/sql/parse.ts';
import type { ParseContext } from '../../../src/sql/parse-context.ts';
import type { Row } from '../../../src/values.ts';

const NOW = new Date('2026-11-23T08:00:00.000Z');
const TOKEN = 'sim-token';

export interface SimulatedOrg {
  readonly simulator: Simulator;
  readonly provider: Provider;
}

export function openOrg(options: SimulatorOptions = {}, providerOptions: ProviderOptions = {}): SimulatedOrg {
  const simulator = createSimulator({ now: () => NOW, org: demoOrg({ now: NOW }), token: TOKEN, ...options });
  const provider = createProvider({
    token: TOKEN,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
    ...providerOptions,
  });
  return { simulator, provider };
}

/** An org whose lists have a first page with one item, and a second that fails. `paths` are those that were asked for. */
export function openWithBadSecondPage(
  status: number,
  errorCode: string,
): { readonly provider: Provider; readonly paths: readonly string[] } {
  const paths: string[] = [];
  const provider = createProvider({
    token: TOKEN,
    subdomain: 'my-org',
    fetch: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      paths.push(pathname);
      if (searchParams.has('after')) return Response.json({ errorCode, errorSummary: 'no' }, { status });
      return new Response('[{"id":"g1"}]', { headers: { link: '<?after=c1>; rel="next"' } });
    },
  });
  return { provider, paths };
}

export function uniform(apps: number, keysPerApp = 1): Org {
  return uniformOrg({ apps, keysPerApp, now: NOW });
}

export async function rowsOf(provider: Provider, resource: string, options: ScanOptions = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of provider.scan(resource, options)) rows.push(...batch);
  return rows;
}

/** Apps that can have keys, in list order. */
export function clientsOf(simulator: Simulator): readonly string[] {
  return simulator
    .apps()
    .filter(({ signOnMode }) => signOnMode === 'OPENID_CONNECT')
    .map(({ id }) => id);
}

export function requestsTo(simulator: Simulator, path: RegExp): readonly string[] {
  return simulator.journal.filter((entry) => path.test(entry.path)).map(({ path: at, query }) => at + query);
}

/** What a statement tells besides its rows. */
export interface Told {
  readonly notices: string[];
  /** Resources that it has changed, or may have. */
  readonly changed: string[];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly settings?: Partial<PlanSettings>;
  readonly maxChanges?: number;
}

/** Runs statements over one org, each begun and closed by itself. */
export function runnerOf(
  provider: Provider,
  engine: Engine,
  { notices, changed }: Told,
): (text: string, options?: RunOptions) => Promise<readonly Row[]> {
  return async (text, { signal, maxChanges = 10, settings: some = {} } = {}) => {
    const [statement] = parseScript(text);
    if (statement === undefined) throw new Error('there is no statement');
    const settings = { ...DEFAULT_SETTINGS, ...some };
    const asked = await engine.begin();
    const parsed = await statement.parse(parseContextOf(asked)).finally(() => asked.close());
    const outcome = await execute(plan(parsed, { ...provider, settings }), {
      provider,
      begin: () => engine.begin(),
      mayBeginLate: false,
      settings,
      signal,
      maxChanges,
      dryRun: false,
      now: () => 0,
      onList: () => undefined,
      onNotice: (notice) => notices.push(notice),
      onChange: (resource) => changed.push(resource),
      onSet: unexpected,
      onViews: unexpected,
      planText: unexpected,
    });
    const { result } = outcome;
    return (result === undefined ? Promise.resolve([]) : collect(result)).finally(() => outcome.close());
  };
}

function parseContextOf(asked: EngineStatement): ParseContext {
  return {
    duckDbTree: (text) => asked.parse(text),
    evaluate: (expressions, parameters) => asked.evaluate(expressions, parameters),
    distinctValues: (queries, parameters) => asked.distinctValues(queries, parameters),
    parameters: {},
    views: new Map(),
    resource: () => ({ views: [], columns: new Set(), hidden: new Set(), hosts: new Set(), keys: new Set() }),
  };
}

function unexpected(): never {
  throw new Error('no statement here is about settings or views');
}
