/**
 * Calls that change a part of an object which the API only replaces: the object is read, and sent back with that part changed.
 *
 * @module
 */

import type { HttpClient } from '../../http/contract.ts';
import type { Method } from '../../registry/resource.ts';
import { buildRequest, type HttpRequest, type MethodCall, type OriginResolver } from '../../request/build.ts';
import { type Change, checkedChanges, type Difference, replacementOf } from '../../request/replacement.ts';
import { decodeItems } from '../../rows/decode.ts';
import type { Value } from '../../values.ts';

/** A call with its request, ready to be sent. */
export interface ReadyCall {
  readonly call: MethodCall;
  readonly request: HttpRequest;
  /** Of a call that replaces an object with a part of it changed: that part. */
  readonly differences?: readonly Difference[];
}

interface ReadyContext {
  readonly client: HttpClient;
  readonly originOf: OriginResolver;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The requests of calls. All of them are checked before the first object is read, and all objects are read before the caller
 * sends the first.
 *
 * @throws InvalidValueError
 */
export async function readyCalls(calls: readonly MethodCall[], context: ReadyContext): Promise<readonly ReadyCall[]> {
  const checked = calls.map((call) => {
    const request = buildRequest(call, context.originOf);
    return { call, request, plan: call.change && readingOf(call, call.change, context) };
  });
  const ready: ReadyCall[] = [];
  for (const { call, request, plan } of checked)
    ready.push(plan === undefined ? { call, request } : await replacing(call, plan, context));
  return ready;
}

/** What has to be read, and what then becomes other. */
interface Reading {
  readonly read: Method;
  readonly request: HttpRequest;
  readonly changes: readonly Change[];
}

function readingOf(
  { method, parameters }: MethodCall,
  { read, members }: NonNullable<MethodCall['change']>,
  { originOf }: ReadyContext,
): Reading {
  const taken = Object.entries(parameters).filter(([name]) => read.parameters.some((one) => one.name === name));
  return {
    read,
    request: buildRequest({ method: read, parameters: Object.fromEntries(taken) }, originOf),
    changes: checkedChanges(method, members),
  };
}

async function replacing(
  call: MethodCall,
  { read, request: reading, changes }: Reading,
  { client, originOf, signal }: ReadyContext,
): Promise<ReadyCall> {
  const { method } = call;
  const response = await client.send(reading, signal);
  // Throws where the answer is not the object that the document promises.
  await decodeItems(read, response);
  const { body, differences } = replacementOf(method, read, response.text, changes);
  const condition = conditionFor(call, response.headers.get('etag'));
  const request = buildRequest({ ...call, parameters: { ...condition, ...call.parameters } }, originOf);
  const headers = { ...request.headers, 'content-type': method.body?.mediaType ?? 'application/json' };
  return { call, request: { ...request, headers, body }, differences };
}

/** RFC 9110 §13.1.1: whoever changed the object in between is not overwritten. */
function conditionFor({ method }: MethodCall, tag: string | null): Readonly<Record<string, Value>> {
  const parameter = method.parameters.find(
    ({ name, location }) => location === 'header' && name.toLowerCase() === 'if-match',
  );
  return parameter === undefined || tag === null ? {} : { [parameter.name]: tag };
}
