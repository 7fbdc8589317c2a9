/**
 * Calls of methods: the checks of their bodies, and their answers as rows.
 *
 * @module
 */

import type { PreparedCall } from '../../exec/provider.ts';
import { resultColumns } from '../../exec/result-columns.ts';
import type { Authorization, HttpClient, HttpResponse } from '../../http/contract.ts';
import { pages } from '../../http/paging/pages.ts';
import type { Method, TableColumn } from '../../registry/resource.ts';
import { type HttpRequest, type MethodCall, serverDefaults } from '../../request/build.ts';
import { decodeItems, toRow } from '../../rows/decode.ts';
import type { ResultSet, Row } from '../../values.ts';
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
  const check = name === undefined ? undefined : BODY_CHECKS[name];
  return check === undefined ? calls : check(calls);
}

export function preparedCall(
  call: MethodCall,
  request: HttpRequest,
  client: HttpClient,
  visible: Visibility,
): PreparedCall {
  const { method } = call;
  return {
    method,
    call,
    request,
    send: async (signal) => {
      let status = 0;
      const sent = { ...serverDefaults(method), ...call.parameters };
      const rows: Row[] = [];
      const columns = invocationColumns(method).map(visible);
      const isEmpty = (response: HttpResponse): boolean => decodeItems(method, response).length === 0;
      for await (const response of pages(client, request, { paging: method.paging, isEmpty, signal })) {
        status = response.status;
        rows.push(...decodeItems(method, response).map((item) => toRow(item, columns, sent)));
        if (method.response.kind === 'none') rows.push(toRow({}, columns, sent));
        if (method.response.kind !== 'list') break;
      }
      return { status, result: resultOf(columns, rows) };
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
    headers: { ...headers, ...credential },
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });
}
