/**
 * The ways of DuckDB to name a member of a JSON value.
 *
 * @module
 */

const MEMBER = /^[A-Za-z_][\w-]*$/;

/**
 * The members that `'k'` or `'$.k.l'` lead through. Undefined for a path that is more than names: elements of a list,
 * wildcards, JSON pointers, and names whose spelling differs between the two forms.
 */
export function jsonMembers(path: string): readonly string[] | undefined {
  const members = path.startsWith('$.') ? path.slice(2).split('.') : [path];
  return members.every((member) => MEMBER.test(member)) ? members : undefined;
}
