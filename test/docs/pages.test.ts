/** The pages of `docs/okta`: up to date, and every example on them runs. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';
import type { Field, Method, Resource } from '../../src/registry/resource.ts';
import { readOperations } from '../../src/simulator/api/documents.ts';
import { createSimulator, type JournalEntry, type Simulator } from '../../src/simulator/index.ts';
import { resourcePages } from '../../tools/docs/files.ts';
import { readPageInputs } from '../../tools/docs/inputs.ts';
import { parametersOf, stepOf } from '../unit/simulator/walk.ts';

const ROOT = new URL('../../', import.meta.url);
const PAGES = fileURLToPath(new URL('docs/okta/', ROOT));
const registry = builtInRegistry();

function committedPages(): ReadonlyMap<string, string> {
  const files = readdirSync(PAGES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  return new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(`${PAGES}${file}`, 'utf8')]));
}

describe('docs/okta', () => {
  it('is what the documents and inputs give: npm run docs', async () => {
    const inputs = readPageInputs(fileURLToPath(new URL('tools/docs/inputs', ROOT)));
    const wanted = await resourcePages(registry, inputs);
    const committed = committedPages();
    const stale = [...wanted].filter(([path, text]) => committed.get(path) !== text).map(([path]) => path);
    expect({ stale, files: [...committed.keys()].sort() }).toEqual({ stale: [], files: [...wanted.keys()].sort() });
  });

  it('says from the registry alone how far back a list reaches, what is asked besides, and what is masked', () => {
    const committed = committedPages();
    const pageOf = ({ name }: Resource): string => committed.get(`${name.split('.').slice(1).join('/')}.md`) ?? '';
    const sectionOf = (resource: Resource, { name }: Method): string =>
      pageOf(resource).split(`### ${name}\n`)[1]?.split('\n### ')[0] ?? '';
    const resources = [...committed.keys()]
      .filter((path) => path.includes('/'))
      .map((path) => registry.resource(['okta', ...path.replace(/\.md$/, '').split('/')]));
    for (const resource of resources) {
      for (const method of resource.methods) {
        const section = sectionOf(resource, method);
        const { defaults = {}, also = [] } = method;
        for (const [parameter, value] of Object.entries(defaults)) {
          expect(section).toContain(`\`${parameter}\` is `);
          for (const [days] of value.matchAll(/\d+/g)) expect(section).toContain(`${days} days`);
        }
        for (const [parameter, value] of also.flatMap(Object.entries))
          expect(section).toContain(`${parameter}=${value}`);
        const isMasked =
          method.verb !== 'select' &&
          method.once === undefined &&
          method.response.fields.some(({ secrets = [] }) => secrets.length > 0);
        expect(section.includes('which Okta shows this once'), method.key).toBe(method.once !== undefined);
        expect(section.includes('unless secrets are revealed'), `${resource.name}.${method.name}`).toBe(isMasked);
        // Words of the documents do not say it a second time, and otherwise.
        expect(`${resource.description} ${method.description}`).not.toMatch(
          /\bdays\b|\bleaves? .*\bout\b|\bare left out\b/,
        );
      }
    }
  });

  it('has no link that leads nowhere', () => {
    const committed = committedPages();
    const broken = [...committed].flatMap(([path, text]) =>
      [...text.matchAll(/\]\(([^)#]+\.md)(?:#[\w-]+)?\)/g)]
        .map(([, link = '']) => new URL(link, `file:///docs/okta/${path}`).pathname.replace('/docs/okta/', ''))
        .filter((target) => !committed.has(target) && target !== '/docs/sql.md')
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

/** An example as it stands on a page: below the heading of its method. */
interface PageExample {
  readonly resource: Resource;
  readonly method: Method;
  readonly sql: string;
}

function examplesOn(path: string, text: string): readonly PageExample[] {
  const resource = registry.resource(['okta', ...path.replace(/\.md$/, '').split('/')]);
  const sections = text.split(/^### /m).slice(1);
  return sections.flatMap((section) => {
    const method = resource.methods.find(({ name }) => section.startsWith(`${name}\n`));
    const blocks = [...section.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql = '']) => sql);
    return method === undefined ? [] : blocks.map((sql) => ({ resource, method, sql }));
  });
}

const examples = [...committedPages()]
  // The others are about all resources.
  .filter(([path]) => path.includes('/'))
  .flatMap(([path, text]) => examplesOn(path, text));

/** Values for what no path or query of the method names: the type is that of the policies that a join asks for. */
const OTHER_VALUES: Readonly<Record<string, string>> = { subdomain: 'my-org', type: 'PASSWORD' };

const SAMPLES: Readonly<Record<Field['type'], string>> = {
  VARCHAR: 'sample',
  JSON: '{}',
  BIGINT: '1',
  DOUBLE: '1',
  BOOLEAN: 'true',
  TIMESTAMPTZ: '2026-01-01T00:00:00.000Z',
};

const operations = new Map(
  readOperations().map((operation) => [`${operation.resource}.${operation.method.name}`, operation]),
);

const absences = [...operations.keys()]
  .map((key) => registry.method(key.split('.')).method)
  .filter(({ absent }) => absent !== undefined);

/** Whether the documents know the answer for one that says that there is no such thing. */
function isAbsence({ method, path, status }: JournalEntry): boolean {
  return absences.some(
    (each) => each.absent?.some((known) => known.status === status) && isCallOf(each, `${method} ${path}`),
  );
}

type Variables = Readonly<Record<string, string>>;

/** What a reader gives with `--var`: ids that the org has, a body that makes sense. */
async function variablesFor(simulator: Simulator, method: Method): Promise<Variables> {
  const operation = operations.get(method.key);
  if (operation === undefined) throw new Error(`${method.key} is in no document.`);
  const step = await stepOf(simulator, operation);
  const members = Object.entries((step.options.body ?? {}) as object).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const samples = (method.body?.fields ?? []).map(({ name, type }) => [name, SAMPLES[type]]);
  const body = Object.fromEntries([...samples, ...members]) as Readonly<Record<string, string>>;
  const prefixed = Object.entries(body).map(([name, value]) => [`data__${name}`, value]);
  const { subdomain = '' } = OTHER_VALUES;
  const json = method.body?.isList === true ? '[]' : '{}';
  return { ...OTHER_VALUES, json, ...body, ...Object.fromEntries(prefixed), ...parametersOf(step), subdomain };
}

/** An org that can be exchanged for a new one, and a session in it. */
class Org {
  simulator: Simulator = createSimulator();
  readonly session: Session = createSession({
    token: this.simulator.token,
    // Pages say of what is shown once that it needs this.
    revealSecrets: true,
    fetch: (request) => this.simulator.handle(request),
  });

  /** Runs an example; the problem that it has, if any. */
  async problemOf({ method, sql }: PageExample, variables: Variables): Promise<string | undefined> {
    this.simulator.clearJournal();
    try {
      const { notices } = await this.session.query(sql, { variables });
      const { journal } = this.simulator;
      // A parent without children of this kind is answered 404, or that there is no such thing, and gives no rows.
      const failed = journal.filter((entry) => entry.status >= 400 && entry.status !== 404 && !isAbsence(entry));
      const others = notices.filter((notice) => !notice.includes('that there is no such thing there'));
      const isCalled = journal.some((entry) => isCallOf(method, `${entry.method} ${entry.path}`));
      const isGood = failed.length === 0 && others.length === 0;
      if (isGood && (isCalled || (await this.readsCopies(sql, variables)))) return undefined;
      return `${sql}${JSON.stringify({ notices, failed, isCalled })}`;
    } catch (error) {
      return `${sql}${String(error)}`;
    }
  }

  /** Rows that another list holds already are not asked for. */
  async readsCopies(sql: string, variables: Variables): Promise<boolean> {
    const { rows } = await this.session.query(`EXPLAIN ${sql}`, { variables });
    return rows.some(([line]) => String(line).includes('via copies in'));
  }

  /** Only administrators of apps have apps as targets, and no group or client of the demo org is one. */
  async appointAdministrators(): Promise<void> {
    for (const [name, parameter] of [
      ['okta.groups.assigned_roles.assign_role_to_group', 'groupId'],
      ['okta.oauth2.client_roles.assign_role_to_client', 'clientId'],
    ] as const) {
      const variables = await variablesFor(this.simulator, registry.method(name.split('.')).method);
      const values = `@subdomain = 'my-org', @${parameter} = '{{ ${parameter} }}', @type = 'APP_ADMIN'`;
      await this.session.query(`EXEC ${name} ${values}`, { variables });
    }
  }
}

// The two long ones run side by side: each waits for the engine half of its time.
describe.concurrent('the examples', () => {
  it('are there for each method that can be called', ({ expect }) => {
    const shown = new Set(examples.map(({ method }) => method.key));
    const missing = [...operations.keys()].filter((key) => !shown.has(key));
    expect(missing.filter((key) => registry.method(key.split('.')).method.unsupported === undefined)).toEqual([]);
    expect(missing).toHaveLength(7);
  });

  it('that read run in one org', async ({ expect }) => {
    const org = new Org();
    await org.appointAdministrators();
    const variables = new Map<Method, Variables>();
    const problems: unknown[] = [];
    for (const example of examples.filter(({ method }) => method.httpMethod === 'GET')) {
      const own = variables.get(example.method) ?? (await variablesFor(org.simulator, example.method));
      variables.set(example.method, own);
      problems.push(await org.problemOf(example, own));
    }
    await org.session.close();
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(org.simulator.violations).toEqual([]);
  });

  it('that change something run, those of each page in a new org', async ({ expect }) => {
    const org = new Org();
    const problems: unknown[] = [];
    const changes = examples.filter(({ method }) => method.httpMethod !== 'GET');
    for (const resource of new Set(changes.map((example) => example.resource))) {
      org.simulator = createSimulator();
      for (const example of changes.filter((candidate) => candidate.resource === resource).toSorted(deletesLast)) {
        problems.push(await org.problemOf(example, await variablesFor(org.simulator, example.method)));
      }
      problems.push(...org.simulator.violations);
    }
    await org.session.close();
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });
});

/**
 * Deletions last, because Okta keeps what is in use, and those before have added another one or deactivated this one;
 * one object before all of its kind.
 */
function deletesLast(a: PageExample, b: PageExample): number {
  return deletionRank(a.method) - deletionRank(b.method);
}

function deletionRank({ httpMethod, path }: Method): number {
  return httpMethod === 'DELETE' ? 100 - path.split('/').length : 0;
}

function isCallOf({ httpMethod, path }: Method, call: string): boolean {
  const pattern = path.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${httpMethod} ${pattern.join('[^/]+')}$`).test(call);
}
