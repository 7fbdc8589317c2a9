/**
 * INSERT, UPDATE, REPLACE and DELETE statements for a resource's methods.
 *
 * @module
 */

import type { Field, Method, Resource } from '../../src/registry/resource.ts';
import { shownAttributes } from './columns.ts';
import type { Draft } from './draft.ts';
import type { PageInput } from './inputs.ts';
import { deleteText, execText, insertText, transitionText, updateText } from './statements.ts';

const NEW_ATTRIBUTES = 3;
const CHANGED_ATTRIBUTES = 1;

export function changeDrafts(resource: Resource, input: PageInput | undefined): readonly Draft[] {
  const own = resource.methods.flatMap((method) => {
    const sql = changeText(resource, method, input?.attributes?.[method.name]);
    return sql === undefined || method.unsupported !== undefined ? [] : [{ title: '', sql }];
  });
  return [...own, ...transitionDrafts(resource)];
}

/** The call by name, for methods that no other statement reaches. */
export function execDraft(method: Method, input: PageInput | undefined): Draft {
  const own = input?.attributes?.[method.name];
  return { title: '', sql: execText(method, shownAttributes(method, NEW_ATTRIBUTES, own)) };
}

function changeText(resource: Resource, method: Method, own: readonly string[] | undefined): string | undefined {
  const attributes = (count: number): readonly Field[] => shownAttributes(method, count, own);
  // A body of which nothing is known is given whole, which only EXEC can do.
  const isOpaque = method.body?.fields.length === 0;
  switch (method.verb) {
    case 'insert':
      return isOpaque ? undefined : insertText(resource, method, attributes(NEW_ATTRIBUTES));
    case 'update':
      return setText('UPDATE', resource, method, attributes(CHANGED_ATTRIBUTES));
    case 'replace':
      return setText('REPLACE', resource, method, attributes(NEW_ATTRIBUTES));
    case 'delete':
      return method.body === undefined ? deleteText(resource, method) : undefined;
    default:
      return undefined;
  }
}

/** SET takes at least one attribute. */
function setText(
  verb: 'UPDATE' | 'REPLACE',
  resource: Resource,
  method: Method,
  attributes: readonly Field[],
): string | undefined {
  return attributes.length === 0 ? undefined : updateText(verb, resource, method, attributes);
}

function transitionDrafts(resource: Resource): readonly Draft[] {
  return Object.entries(resource.transitions ?? {}).flatMap(([column, methods]) =>
    Object.entries(methods).flatMap(([value, name]) =>
      resource.methods
        .filter((method) => method.name === name)
        .map((method) => ({
          title: 'The same as an UPDATE:',
          sql: transitionText(resource, method, column, value),
          method: name,
        })),
    ),
  );
}
