/**
 * The five tools, in an order that stays: what a client has read of them it may keep.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import { didYouMean, nearestNames } from '../registry/nearest.ts';
import { checkedArguments } from './arguments.ts';
import type { Access, Answer, Call, Statements, Tool } from './contract.ts';
import { failed } from './failures.ts';
import { CHANGE } from './tools/change.ts';
import { EXPLAIN } from './tools/explain.ts';
import { FETCH } from './tools/fetch.ts';
import { QUERY } from './tools/query.ts';
import { SEARCH } from './tools/search.ts';

const TOOLS: readonly Tool[] = [SEARCH, EXPLAIN, QUERY, FETCH, CHANGE];

/** A tool as the protocol lists it. */
export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: {
    readonly type: 'object';
    readonly properties: Record<string, Record<string, string | number>>;
    readonly required: string[];
    readonly additionalProperties: false;
  };
  readonly annotations: Annotations;
}

interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint: boolean;
}

export function listedTools(): readonly ListedTool[] {
  return TOOLS.map(({ name, description, arguments: properties, required, access }) => ({
    name,
    description,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(Object.entries(properties).map(([key, spec]) => [key, { ...spec }])),
      required: [...required],
      additionalProperties: false,
    },
    annotations: annotationsOf(access),
  }));
}

/** From what {@link heldTo} enforces. */
function annotationsOf(access: Access): Annotations {
  const openWorldHint = access !== 'documents';
  if (access === 'change') return { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint };
  return { readOnlyHint: true, openWorldHint };
}

/** A session that refuses what a tool may not do, whatever the tool makes of its text. */
function heldTo(access: Access, session: Statements): Statements {
  const held = access === 'change' ? {} : { readOnly: true };
  return {
    explain: (text, options) => session.explain(text, options),
    query: (text, options) => session.query(text, { ...options, ...held }),
    script: (text, options) => session.script(text, { ...options, ...held }),
  };
}

/** Calls a tool. Whatever goes wrong is an answer. */
export async function callTool(name: string, given: unknown, call: Omit<Call, 'session'>): Promise<Answer> {
  try {
    const tool = TOOLS.find((each) => each.name === name);
    if (tool === undefined) throw unknownTool(name);
    await call.workspace.handles.sweep();
    const session = heldTo(tool.access, call.workspace.session);
    return await tool.run(checkedArguments(tool, given), { ...call, session });
  } catch (error) {
    return failed(error);
  }
}

function unknownTool(name: string): InvalidValueError {
  const known = TOOLS.map((tool) => tool.name);
  return new InvalidValueError(`There is no tool ${JSON.stringify(name.slice(0, 60))}.`, {
    subject: 'name',
    hint: didYouMean(nearestNames(name, known), known),
  });
}
