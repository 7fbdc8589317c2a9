/**
 * Which columns hold text that people who administer nothing can write, or whoever tries to log in: their own profile, names of what
 * they register, what their browser says of itself, and labels that app owners choose. A model that reads it must not take it for
 * what its user says. https://developer.okta.com/docs/reference/api/event-types/ says what events carry.
 *
 * @module
 */

/** In lower case, by what the resource's name ends with; `*` is any resource. */
const FREE_TEXT: Readonly<Record<string, readonly string[]>> = {
  '*': ['label', 'profile', 'displayname', 'nickname', 'description'],
  '.logs.events': ['displaymessage', 'client', 'actor', 'target', 'debugcontext', 'request', 'outcome'],
  '.devices.devices': ['resourcedisplayname'],
};

/** Of the columns, those that such text may be in. */
export function freeTextIn(resource: string, columns: readonly string[]): readonly string[] {
  const name = resource.toLowerCase();
  const known = Object.entries(FREE_TEXT).flatMap(([end, names]) => (end === '*' || name.endsWith(end) ? names : []));
  return columns.filter((column) => known.includes(column.toLowerCase()) || column === '_raw');
}
