/**
 * Calls of methods: the checks of their bodies, and their answers as rows.
 *
 * @module
 */

import { InvalidValueError } from '../../errors.ts';
import type { PreparedCall } from '../../exec/provider.ts';
import { resultColumns } from '../../exec/result-columns.ts';
import type { Authorization, HttpClient, HttpResponse } from '../../http/contract.ts';
import { pages } from '../../http/paging/pages.ts';
import { takeTurns } from '../../json-in-turns.ts';
import type { Method, TableColumn } from '../../registry/resource.ts';
import { type HttpRequest, type MethodCall, serverDefaults } from '../../request/build.ts';
import { secretsShownOnce } from '../../request/once.ts';
import { decodeItems, toRow } from '../../rows/decode.ts';
import { own, type ResultSet, type Row } from '../../values.ts';
import type { ReadyCall } from './replacing.ts';
import type { SecretsFile } from './secrets-file.ts';
import type { Visibility } from './visibility.ts';

/** Checks of bodies that documents name, by name. */
const BODY_CHECKS: Readonly<Record<string, (calls: readonly MethodCall[]) => Promise<readonly MethodCall[]>>> = {
  jwk: async (calls) => {
    const { checkJwks } = await import('../../okta/jwk.ts');
    const bodies = await checkJwks(
      calls.map(({ parameters, body = {} }) => ({ group: `${parameters['subdomain']}/${parameters['appId']}`, body })),
    );
    return calls.map((call, index) => ({ ...call, body: bodies[index] ?? {} }));
  },
};

export async function checkBodies(calls: readonly MethodCall[]): Promise<readonly MethodCall[]> {
  const name = calls[0]?.method.body?.check;
  const check = name === undefined ? undefined : own(BODY_CHECKS, name);
  return check === undefined ? calls : check(calls);
}

/** What calls have in common. */
export interface CallContext {
  readonly client: HttpClient;
  readonly visible: Visibility;
  readonly secrets: SecretsFile | undefined;
  /** Told before a call that may change something is sent, and when it has ended. */
  readonly onChange: (request: HttpRequest) => void;
}

/**
 * Throws for a call whose answer would be lost: nobody would get to see what the API shows once.
 *
 * @throws InvalidValueError
 */
export function checkShownOnce(calls: readonly MethodCall[], isKept: boolean): void {
  const lost = calls.find((call) => secretsShownOnce(call).length > 0);
  if (isKept || lost === undefined) return;
  const names = secretsShownOnce(lost).join(', ');
  throw new InvalidValueError(
    `${lost.method.key} answers ${names}, which is shown once and to nobody here. Nothing was sent.`,
    {
      subject: lost.method.name,
      hint: 'Have it shown with --reveal-secrets (revealSecrets), or written to a file with --secrets-to FILE (secretsTo).',
    },
  );
}

export function preparedCall(ready: ReadyCall, { client, visible, secrets, onChange }: CallContext): PreparedCall {
  const { call, request } = ready;
  const { method } = call;
  const once = secretsShownOnce(call);
  const send: PreparedCall['send'] = async (signal) => {
    if (once.length > 0) await secrets?.open();
    let status = 0;
    const sent = { ...serverDefaults(method), ...call.parameters };
    const rows: Row[] = [];
    const columns = invocationColumns(method).map(visible);
    const isEmpty = async (response: HttpResponse): Promise<boolean> =>
      (await decodeItems(method, response)).length === 0;
    for await (const response of pages(client, request, { paging: method.paging, isEmpty, signal })) {
      status = response.status;
      const items = await decodeItems(method, response);
      if (once.length > 0) for (const item of items) await secrets?.keep({ call, item, secrets: once });
      const turns = takeTurns();
      for (const item of items) {
        await turns();
        rows.push(toRow(item, columns, sent));
      }
      if (method.response.kind === 'none') rows.push(toRow({}, columns, sent));
      if (method.response.kind !== 'list') break;
    }
    return { status, result: resultOf(columns, rows) };
  };
  const tell = (): void => {
    if (method.httpMethod !== 'GET') onChange(request);
  };
  return {
    ...ready,
    method,
    shownOnce: secrets === undefined ? once : [],
    send: async (signal) => {
      tell();
      return send(signal).finally(tell);
    },
  };
}

/** The columns of {@link resultColumns}, with what decoding needs to know of them. */
function invocationColumns(method: Method): readonly TableColumn[] {
  const fields = new Map(method.response.fields.map((field) => [field.name, field]));
  return resultColumns(method).map(({ name, type }) => {
    const field = fields.get(name);
    return field === undefined ? { name, type, description: '', origin: 'path' } : { ...field, origin: 'response' };
  });
}

function resultOf(columns: readonly TableColumn[], rows: readonly Row[]): ResultSet {
  return { columns: columns.map(({ name, type }) => ({ name, type })), rows };
}

/** A request for whoever sends it themselves. A redirect is not followed: it would take the credential to another host. */
export function webRequest(
  { url: address, method, headers, body }: HttpRequest,
  { headers: credential, query = {} }: Pick<Authorization, 'headers' | 'query'>,
): Request {
  const url = new URL(address);
  for (const [parameter, value] of Object.entries(query)) url.searchParams.set(parameter, value);
  return new Request(url, {
    method,
    headers: Object.entries({ ...headers, ...credential }),
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });
}
