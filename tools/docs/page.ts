/**
 * The page of one resource.
 *
 * @module
 */

import { columnsInOrder, notesOn, optionalInputs, requiredInputs } from '../../src/plan/metadata.ts';
import {
  type Field,
  isStarColumn,
  type Method,
  type Resource,
  type TableColumn,
  type Verb,
} from '../../src/registry/resource.ts';
import type { Example, Examples } from './examples.ts';
import type { PageInput } from './inputs.ts';
import { blocks, code, fence, proseText, table } from './markdown.ts';

const VERBS: readonly Verb[] = ['select', 'insert', 'update', 'replace', 'delete', 'exec'];

/** @param input what a person has added to the page */
export function resourcePage(resource: Resource, examples: Examples, input: PageInput | undefined): string {
  return blocks([
    `# ${resource.name}`,
    proseText(resource.description),
    parentText(resource),
    input?.text?.trim() ?? '',
    '## Methods',
    methodList(resource),
    'In the examples, `--var name=value` fills `{{ name }}` ([more](../../sql.md#text)). What is JSON is given as a text.',
    ...columnParts(resource),
    ...VERBS.flatMap((verb) => verbParts(verb, resource, examples)),
  ]);
}

function parentText({ parent }: Resource): string {
  if (parent === undefined) return '';
  const [, service = '', name = ''] = parent.resource.split('.');
  const restrictions = Object.entries(parent.where).map(([column, values]) => `${code(column)} ${values.join(' or ')}`);
  const others = Object.entries(parent.unless ?? {}).map(([at, values]) => `${code(at)} ${values.join(' or ')}`);
  const which = [
    restrictions.length === 0 ? '' : `, of those with ${restrictions.join(' and ')}`,
    others.length === 0 ? '' : `, not of those with ${others.join(' or ')}`,
  ].join('');
  const supplies = Object.entries(parent.supplies)
    .filter(([parameter, column]) => parameter !== column)
    .map(([parameter, column]) => `: its ${code(column)} is ${code(parameter)} here`);
  return `Below [${parent.resource}](../${service}/${name}.md)${supplies.join(', ')}${which}.`;
}

function methodList(resource: Resource): string {
  const methods = VERBS.flatMap((verb) => ofVerb(verb, resource));
  return table(
    ['Method', 'SQL', 'Needs'],
    methods.map((method) => [
      `[${code(method.name)}](#${method.name})`,
      method.verb.toUpperCase(),
      requiredInputs(method)
        .map(({ name }) => code(name))
        .join(', '),
    ]),
  );
}

function ofVerb(verb: Verb, { methods }: Resource): readonly Method[] {
  return methods.filter((method) => method.verb === verb);
}

function columnParts(resource: Resource): readonly string[] {
  if (resource.verbs.select.length === 0) return ['## Columns', 'None: no method serves SELECT.'];
  const { fields, parameters } = columnsInOrder(resource);
  return [
    '## Columns',
    columnTable(fields, resource),
    '### Parameters as columns',
    'Each holds the value that the statement gives it, or that its row was read with.',
    columnTable(parameters.filter(isStarColumn), resource),
    ...queryParts(
      parameters.filter((column) => !isStarColumn(column)),
      resource,
    ),
  ];
}

function queryParts(parameters: readonly TableColumn[], resource: Resource): readonly string[] {
  if (parameters.length === 0) return [];
  return ['These are columns only where a statement names them:', columnTable(parameters, resource)];
}

function columnTable(columns: readonly TableColumn[], resource: Resource): string {
  return table(
    ['Column', 'Type', 'Meaning', 'Notes'],
    columns.map((column) => [
      code(column.name),
      column.type,
      proseText(column.description),
      proseText(notesOn(column, resource).join('; ')),
    ]),
  );
}

function verbParts(verb: Verb, resource: Resource, examples: Examples): readonly string[] {
  const methods = ofVerb(verb, resource);
  if (methods.length === 0) return [];
  const sections = methods.flatMap((method) => methodParts(method, resource, examples.get(method.name) ?? []));
  return [`## ${verb.toUpperCase()}`, ...sections];
}

function methodParts(method: Method, resource: Resource, examples: readonly Example[]): readonly string[] {
  return [
    `### ${method.name}`,
    proseText(method.description),
    requestText(method),
    readingText(method),
    answerText(method),
    inputTable(method, resource),
    bodyText(method),
    ...examples.flatMap(({ title, sql }) => [title, fence('sql', sql)]),
  ];
}

function requestText({ httpMethod, path, bucket, pageSize, confirm, unsupported }: Method): string {
  const sentences = [
    code(`${httpMethod} ${path}`),
    ...(bucket === undefined ? [] : [`rate limit ${code(bucket)}`]),
    ...(pageSize === undefined ? [] : [`${pageSize.size} a page`]),
  ];
  const refusal = unsupported === undefined ? '' : ` It cannot be called: ${unsupported}.`;
  const lookUp =
    confirm === undefined ? '' : ` Where its answer is lost, ${code(confirm.method)} shows whether it was carried out.`;
  return `${sentences.join(', ')}.${refusal}${lookUp}`;
}

/** What is sent without being said in the statement. */
function readingText({ defaults = {}, also = [] }: Method): string {
  const bounds = Object.entries(defaults).map(([name, value]) => `${code(name)} is ${momentOf(value)}`);
  const lists = also.map((parameters) =>
    Object.entries(parameters)
      .map(([name, value]) => code(`${name}=${value}`))
      .join(' and '),
  );
  return [
    ...(bounds.length === 0 ? [] : [`Where the statement does not say, ${bounds.join(' and ')}.`]),
    ...(lists.length === 0
      ? []
      : [`The API's list does not hold all of them; the others are asked for besides, with ${lists.join(', then ')}.`]),
  ].join(' ');
}

/** `now-90d` in words. */
function momentOf(value: string): string {
  const [, days] = /^now-(\d+)d$/.exec(value) ?? [];
  if (days !== undefined) return `${days} days before the statement began`;
  return value === 'now' ? 'the time at which the statement began' : code(value);
}

/** Reading shows the same among the columns. */
function answerText({ verb, response, once }: Method): string {
  if (once !== undefined) {
    const names = once.secrets.map(code).join(' and ');
    return `It answers ${names}, which Okta shows this once: without \`--reveal-secrets\` or \`--secrets-to FILE\` the call is [refused](../../sql.md#answers-that-are-shown-once).`;
  }
  const paths = response.fields.flatMap(({ name, secrets = [] }) => secrets.map((path) => [name, ...path].join('.')));
  if (verb === 'select' || paths.length === 0) return '';
  return `In its answer ${paths.map(code).join(' and ')} ${paths.length === 1 ? 'is' : 'are'} \`***\` unless secrets are revealed.`;
}

function bodyText({ body, unsupported }: Method): string {
  const isOpaque = body?.fields.length === 0 && unsupported === undefined;
  if (!isOpaque) return '';
  const form = body.isList === true ? "a list: `@@json = '[…]'`" : 'an object';
  return `The documents name no attribute of its body. \`@@json\` gives it whole, as ${form}.`;
}

function inputTable(method: Method, resource: Resource): string {
  const row = (field: Field, need: string): readonly string[] => [
    code(field.name),
    placeOf(field, method),
    field.type,
    need,
    proseText(field.description),
  ];
  return table(
    ['Input', 'In', 'Type', 'Needed', 'Meaning'],
    [
      ...requiredInputs(method).map((field) => row(field, needOf(field, method, resource))),
      ...optionalInputs(method).map((field) => row(field, '')),
    ],
  );
}

function placeOf({ name }: Field, { parameters }: Method): string {
  return parameters.find((parameter) => parameter.name === name)?.location ?? 'body';
}

/** Only a SELECT asks the parent. */
function needOf({ name }: Field, { verb }: Method, { parent }: Resource): string {
  const column = verb === 'select' ? parent?.supplies[name] : undefined;
  return column === undefined ? 'yes' : `yes, or from ${code(`${parent?.resource}.${column}`)}`;
}
