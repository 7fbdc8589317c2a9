/**
 * What is inside a JSON column, as far as the documents say it.
 *
 * @module
 */

import type { ColumnType } from '../values.ts';
import type { MemberType, MemberTypes, Resource, TableColumn } from './resource.ts';

/** A name of a member, or the number of an element. */
export type MemberStep = string | number;

/** A member of a JSON column: where it is, in the API's spelling, and what it is. */
export interface Member<S extends MemberStep = MemberStep> {
  readonly path: readonly S[];
  readonly type: ColumnType;
}

/**
 * The member that a path leads to. Names mean what is spelt like them; where nothing is, what differs by case only. What no
 * document declares is a text, under the name as it is given.
 */
export function memberAt<S extends MemberStep>({ members }: Holder, path: readonly S[]): Member<S> {
  let type: MemberType | undefined = members;
  const found = path.map((step) => {
    const name = typeof step === 'string' ? declaredName(type, step) : step;
    type = inside(type, name);
    // What is a name remains one: only its letters may be others.
    return name as S;
  });
  return { path: found, type: typeof type === 'string' ? type : type === undefined ? 'VARCHAR' : 'JSON' };
}

/** A JSON value, as far as it is known what is in it. */
export type Holder = Pick<TableColumn, 'members'>;

/** A member of a JSON value as one itself. */
export function holderAt({ members }: Holder, path: readonly MemberStep[]): Holder {
  const type = path.reduce<MemberType | undefined>(inside, members);
  return typeof type === 'object' ? { members: type } : {};
}

function inside(type: MemberType | undefined, step: MemberStep): MemberType | undefined {
  if (typeof type !== 'object') return undefined;
  if (isElements(type)) return typeof step === 'number' ? type[0] : undefined;
  return Object.hasOwn(type, step) ? type[step] : undefined;
}

function declaredName(type: MemberType | undefined, name: string): string {
  if (typeof type !== 'object' || isElements(type) || Object.hasOwn(type, name)) return name;
  const [only, second] = Object.keys(type).filter((each) => each.toLowerCase() === name.toLowerCase());
  return only !== undefined && second === undefined ? only : name;
}

/** What is in the items that a resource's rows are made of. */
export function itemHolder({ columns }: Resource): Holder {
  const fields = columns.filter(({ origin, isAlias }) => origin === 'response' && isAlias !== true);
  return {
    members: Object.fromEntries(fields.map(({ name, wireName = name, type, members }) => [wireName, members ?? type])),
  };
}

/** Members by their last name, with the names that lead to them from the column on: `profile.login` for `login`. */
export function membersNamed(resource: Resource, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const search = (type: MemberType, path: string): readonly string[] =>
    typeof type === 'string' || isElements(type)
      ? []
      : Object.entries(type).flatMap(([key, inner]) => [
          ...(key.toLowerCase() === wanted ? [`${path}.${key}`] : []),
          ...search(inner, `${path}.${key}`),
        ]);
  const found = resource.columns.flatMap((column) =>
    column.members === undefined || column.origin !== 'response' ? [] : search(column.members, column.name),
  );
  return found.toSorted((a, b) => a.split('.').length - b.split('.').length);
}

/** The members of a column with their types, from the first level to the last. */
export function listMembers({
  name,
  members,
}: TableColumn): readonly { readonly name: string; readonly type: ColumnType }[] {
  // Elements of a list have no names.
  return members === undefined || isElements(members) ? [] : listInside(members, name);
}

function listInside(type: MemberType, path: string): readonly { readonly name: string; readonly type: ColumnType }[] {
  if (typeof type === 'string') return [{ name: path, type }];
  if (isElements(type)) return [{ name: path, type: 'JSON' }];
  return Object.entries(type).flatMap(([key, inner]) => listInside(inner, `${path}.${key}`));
}

function isElements(type: MemberTypes | readonly [MemberType]): type is readonly [MemberType] {
  return Array.isArray(type);
}
