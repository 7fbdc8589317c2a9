/**
 * Answers every operation that the provider documents describe and `apps/` does not.
 *
 * Entry of the room `api/`: lists, objects, lifecycle calls, links, expressions. It knows no login and no rate limit.
 *
 * @module
 */

import { type Answer, noContent, type SuccessStatus, success, text } from '../answer.ts';
import { parseObject } from '../apps/new-key.ts';
import { malformedBody } from '../errors.ts';
import type { Item } from '../org/field-values.ts';
import { refuseAbsent } from './absences.ts';
import { ACTIONS } from './actions.ts';
import { type ApiOrg, isCollection, listAt, parentOf } from './api-org.ts';
import type { ApiMatch } from './api-tree.ts';
import { type ApiCall, create, type Outcome, performAction, performOnItem, performOnSingle } from './crud.ts';
import type { ApiOperation } from './documents.ts';
import { expanded } from './expand.ts';
import { answerList } from './lists.ts';
import { findParents } from './parents.ts';
import { selfLinks, shown } from './shown.ts';
import { hasEmptyBody, statusOf } from './statuses.ts';

/** Answers a call by what the documents say about its operation, and by the rules that they do not tell. */
export function answerCall(org: ApiOrg, found: ApiMatch, operation: ApiOperation, url: URL, sent: string): Answer {
  const key = `${operation.method.httpMethod} ${found.node.template}`;
  const match = findParents(org, found);
  if ('kind' in match) return match;
  const refusal = refuseAbsent(org, match, url);
  if (refusal !== undefined) return refusal;
  const body = readBody(operation, sent);
  if (body === undefined) return malformedBody();
  const call: ApiCall = { org, match, operation, url, body };
  const outcome = ACTIONS.get(key)?.(call) ?? perform(call);
  return 'kind' in outcome ? outcome : answerObject(call, key, outcome.object);
}

// UNVERIFIED: that a body has to be what the document says, a list or an object.
function readBody({ method }: ApiOperation, sent: string): Item | undefined {
  if (method.body === undefined || sent === '') return {};
  const isList = sent.trimStart().startsWith('[');
  if (isList !== (method.body.isList === true)) return undefined;
  // What is in such a list changes nothing here.
  if (isList) return parseObject(`{"list":${sent}}`) === undefined ? undefined : {};
  return parseObject(sent) as Item | undefined;
}

function answerObject({ operation, match, url, org }: ApiCall, key: string, object: Item): Answer {
  const status = statusOf(key, operation.method);
  const { kind, rowsAt, fields, scalar } = operation.method.response;
  if (kind === 'none') return answerNothing(key, status);
  const whole = expanded(org, match.node.parent?.template ?? '', object, url);
  const body = scalar === undefined ? shown(org, whole, match, url, fields) : object[scalar];
  if (kind === 'object') return success(status, body, selfLinks(match, body));
  const at = rowsAt[0] ?? '$';
  return success(status, at === '$' ? [body] : { [at.slice(2)]: [body] });
}

function answerNothing(key: string, status: SuccessStatus): Answer {
  if (status === 204) return noContent();
  return hasEmptyBody(key) ? { kind: 'success', status } : success(status, {});
}

function perform(call: ApiCall): Outcome {
  const { node } = call.match;
  const list = parentOf(call.match);
  if (call.operation.method.response.kind === 'text') return text(samlMetadata(call), 'text/xml;charset=utf-8');
  if (node.isParameter && list !== undefined && isCollection(list.node)) return performOnItem(call, list);
  if (isCollection(node)) return performOnList(call);
  return node.operations.has('GET') ? performOnSingle(call) : performAction(call);
}

function performOnList(call: ApiCall): Outcome {
  switch (call.operation.method.httpMethod) {
    case 'GET':
      return answerList(call);
    case 'DELETE':
      listAt(call.org, call.match).clear();
      return noContent();
    default:
      return { object: create(call) };
  }
}

function samlMetadata({ url, match }: ApiCall): string {
  const entity = `${url.origin}/app/${match.values[0]}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entity}">`,
    '<md:IDPSSODescriptor WantAuthnRequestsSigned="false"',
    ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${entity}/sso/saml"/>`,
    '</md:IDPSSODescriptor></md:EntityDescriptor>',
  ].join('');
}
