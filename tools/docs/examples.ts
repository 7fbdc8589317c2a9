/**
 * The examples of a resource's page.
 *
 * @module
 */

import type { Method, Resource } from '../../src/registry/resource.ts';
import { changeDrafts, execDraft } from './change-examples.ts';
import type { Draft, Sources } from './draft.ts';
import { inputKey } from './inputs.ts';
import { plannedMethod } from './planned.ts';
import { selectDrafts } from './select-examples.ts';

/** A statement that the planner accepts. */
export interface Example {
  readonly title: string;
  readonly sql: string;
}

/** Method → its examples: at least one for each method that can be called. */
export type Examples = ReadonlyMap<string, readonly Example[]>;

/** Throws where the inputs name a method or an attribute that there is not, or an example of theirs does not run. */
export async function examplesOf(resource: Resource, sources: Sources): Promise<Examples> {
  const input = sources.inputs[inputKey(resource)];
  const known = resource.methods.map(({ name }) => name);
  const unknown = Object.keys(input?.attributes ?? {}).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`pages.yaml: ${resource.name} has no method ${unknown}.`);
  const placed: Placed[] = [];
  for (const draft of [...selectDrafts(resource, sources), ...changeDrafts(resource, input)]) {
    const method = await methodOf(draft, resource, sources);
    if (method !== undefined) placed.push({ ...draft, method });
  }
  for (const draft of input?.examples ?? []) {
    const method = await methodOf(draft, resource, sources);
    if (method === undefined) throw new Error(`pages.yaml: no method of ${resource.name} fits ${draft.sql}`);
    placed.push({ title: draft.title, sql: draft.sql.trimEnd(), method });
  }
  return new Map(
    resource.methods.map((method): [string, readonly Example[]] => {
      const own = placed.filter((example) => example.method === method.name);
      return [method.name, withCall(method, own, () => execDraft(method, input))];
    }),
  );
}

/** An example with the name of the method that it belongs to. */
interface Placed extends Example {
  readonly method: string;
}

async function methodOf(draft: Draft, resource: Resource, { registry }: Sources): Promise<string | undefined> {
  return draft.method ?? (await plannedMethod(draft.sql, resource, registry))?.name;
}

/** A method of no verb is called by EXEC first of all; others only where their verb does not reach them. */
function withCall(method: Method, own: readonly Example[], call: () => Example): readonly Example[] {
  if (method.unsupported !== undefined) return [];
  return method.verb === 'exec' || own.length === 0 ? [call(), ...own] : own;
}
