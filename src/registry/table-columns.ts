/**
 * The columns of a resource's table: what its methods answer with, and what they ask for.
 *
 * @module
 */

import { own } from '../values.ts';
import type { OtherNamesDocument } from './documents.ts';
import { mergeMembers } from './member-types.ts';
import type { Field, Method, Parameter, TableColumn } from './resource.ts';

/** Response fields first, then the parameters that are no fields, each name once. */
export function tableColumns(
  methods: readonly Method[],
  aliases: Readonly<Record<string, string>>,
  otherNames: OtherNamesDocument = {},
): readonly TableColumn[] {
  const columns = new Map<string, TableColumn>();
  const add = (column: TableColumn): void => {
    const key = column.name.toLowerCase();
    if (!columns.has(key)) columns.set(key, column);
  };
  const parameters = methods.flatMap((method) => method.parameters);
  const ids = Object.values(aliases);
  for (const field of mergedFields(methods)) {
    const given = ids.includes(field.name) ? undefined : namesakeOf(field, parameters);
    add({ ...field, origin: 'response', ...(given !== undefined && { given: given.name }) });
  }
  for (const location of ['path', 'server', 'query', 'header'] as const) {
    for (const { name, type, description, alias } of parameters.filter((one) => one.location === location)) {
      const aliasOf = own(aliases, name);
      add({
        name,
        type,
        description,
        origin: location,
        ...(alias !== undefined && { alias }),
        ...(aliasOf !== undefined && { aliasOf }),
      });
    }
  }
  for (const column of hiddenColumns(parameters, aliases, otherNames)) add(column);
  return [...columns.values()];
}

/**
 * A field can have the name of a parameter and hold something else: `owner`, a text that is given, and an object in the answer. What
 * was given has a name of its own then.
 */
export function namesakesOfOtherTypes(methods: readonly Method[]): Readonly<Record<string, string>> {
  const fields = methods.flatMap(({ response }) => response.fields);
  const parameters = methods.flatMap((method) => method.parameters).filter(({ isRequired }) => isRequired);
  return Object.fromEntries(
    parameters.flatMap((parameter) => {
      const field = fields.find(({ name }) => name.toLowerCase() === parameter.name.toLowerCase());
      return field === undefined || field.type === parameter.type ? [] : [[`given_${field.name}`, field.name]];
    }),
  );
}

/** The parameter of a field's name that a call has to bind. What an optional one was given is but a filter. */
function namesakeOf({ name, type }: Field, parameters: readonly Parameter[]): Parameter | undefined {
  return parameters.find(
    (parameter) =>
      parameter.isRequired && parameter.type === type && parameter.name.toLowerCase() === name.toLowerCase(),
  );
}

/** Names of parameters that `SELECT *` does not show: what was given for an id, and what others call it. */
function hiddenColumns(
  parameters: readonly Parameter[],
  aliases: Readonly<Record<string, string>>,
  otherNames: OtherNamesDocument,
): readonly TableColumn[] {
  const second = Object.entries(aliases).map(([name, field]) => ({ name, wireName: field, aliasOf: field }));
  const others = Object.entries(otherNames).map(([name, { parameter }]) => ({ name, wireName: parameter }));
  return [...second, ...others].flatMap((column): readonly TableColumn[] => {
    const parameter = parameters.find(({ name }) => name.toLowerCase() === column.wireName.toLowerCase());
    if (parameter?.isRequired !== true) return [];
    const { name, type, description, location } = parameter;
    return [{ ...column, wireName: name, type, description, origin: location, isAlias: true }];
  });
}

/** What a field that no document lists can be reached in. */
const RAW = '_raw';

export function rawColumn(methods: readonly Method[], secrets: readonly string[]): readonly TableColumn[] {
  const answers = methods.map(({ response }) => response).filter(({ kind }) => kind === 'list' || kind === 'object');
  const fields = answers.flatMap(({ fields: own }) => own);
  if (answers.length === 0 || fields.some(({ name }) => name === RAW)) return [];
  // Of a list of texts each is an item, which becomes an object only here.
  const [scalar, other] = new Set(answers.map((answer) => answer.scalar));
  const isScalar = scalar !== undefined && other === undefined;
  const paths = secrets.map((secret) => {
    const [name = '', ...inner] = secret.split('.');
    return isScalar ? inner : [fields.find((field) => field.name === name)?.wireName ?? name, ...inner];
  });
  return [
    {
      name: RAW,
      type: 'JSON',
      description: 'The whole object as it was sent, with the fields that are no columns.',
      origin: 'raw',
      ...(isScalar && { wireName: scalar }),
      ...(paths.length > 0 && { secrets: paths }),
    },
  ];
}

/** The fields of all answers, each where it comes first, with the members that any of them tells of. */
function mergedFields(methods: readonly Method[]): readonly Field[] {
  const fields = new Map<string, Field>();
  for (const field of methods.flatMap(({ response }) => response.fields)) {
    const known = fields.get(field.name);
    const { members: others } = field;
    if (known === undefined) fields.set(field.name, field);
    else if (known.members !== undefined && others !== undefined) {
      const members = mergeMembers(known.members, others);
      if (typeof members !== 'string') fields.set(field.name, { ...known, members });
    }
  }
  return [...fields.values()];
}

/** Columns with a second name are there under both; a name that is taken already keeps its meaning. */
export function withSecondNames(columns: readonly TableColumn[]): readonly TableColumn[] {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  const second = columns.flatMap(({ alias, ...column }): readonly TableColumn[] =>
    alias === undefined || taken.has(alias.toLowerCase())
      ? []
      : [{ ...column, name: alias, wireName: column.wireName ?? column.name, isAlias: true }],
  );
  return [...columns, ...second];
}
