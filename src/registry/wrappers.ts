/**
 * The Go templates of StackQL's Okta documents, recognised as the data they are.
 *
 * Of its 124, 120 wrap a bare list into an object so that an objectKey can name it, and four make one-column rows of a
 * list of texts. Neither needs a template: the list is where the answer has it.
 *
 * @module
 */

import { asPath } from './json-path.ts';

/** What a template says about where rows are. */
export interface Wrapper {
  readonly rowsAt: readonly string[];
  /** The column that texts become. */
  readonly scalar?: string;
}

const WRAPS = /^\s*\{\{-?\s*\$wrapped\s*:=\s*printf\s+"\{\\"[^"\\]+\\":%s\}"\s+\.\s*-?\}\}/;
const ONLY_WRAPS = new RegExp(`${WRAPS.source}\\s*\\{\\{-?\\s*\\$wrapped\\s*-?\\}\\}\\s*$`);
const ONE_COLUMN = /\{"([A-Za-z_]\w*)":"\{\{-?\s*\$v\s*-?\}\}"\}\{\{-?\s*end\s*-?\}\}\]\}\s*$/;

/** `{{ toJson .a.b }}` as the whole, or as the one member of an object. What is put out is what stands there. */
const PUT_OUT = /^(?:\{\s*"([^"\\{}]+)"\s*:\s*)?\{\{-?\s*(?:toJson\s+(\.|(?:\.[A-Za-z_]\w*)+)|(\.))\s*-?\}\}\s*(\})?$/;

/**
 * What a known template means; undefined for none, and for one that would have to be run.
 *
 * The wrapping template takes the answer for a bare list. Where the API sends an object all the same (Okta's keys do), the only
 * list in it is meant.
 *
 * @param objectKey where the document looks for rows in what the template puts out
 */
export function wrapperOf(
  transform: { readonly type: string; readonly body?: string | undefined } | undefined,
  objectKey?: string,
): Wrapper | undefined {
  const body = transform?.body;
  if (body === undefined || !transform?.type.startsWith('golang_template_')) return undefined;
  if (!WRAPS.test(body)) return putOut(transform.type, body.trim(), objectKey);
  const rowsAt = ['$', '$.*'];
  if (ONLY_WRAPS.test(body)) return { rowsAt };
  const scalar = ONE_COLUMN.exec(body)?.[1];
  return scalar === undefined ? undefined : { rowsAt, scalar };
}

/** Of a template over text, `.` is the answer; of one over JSON, it is printed as Go prints values, unless by toJson. */
function putOut(type: string, body: string, objectKey: string | undefined): Wrapper | undefined {
  const [, member, path, whole, end] = PUT_OUT.exec(body) ?? [];
  const isOverText = /^golang_template_(?:text_)?v/.test(type);
  if ((member === undefined) !== (end === undefined) || (path === undefined && whole === undefined)) return undefined;
  if (isOverText !== (whole !== undefined)) return undefined;
  const inside = asPath(objectKey ?? '$');
  const within = member === undefined ? '$' : asPath(member);
  if (inside === undefined || within === undefined || !inside.startsWith(within)) return undefined;
  const rest = inside.slice(within.length);
  if (rest !== '' && !/^[.[]/.test(rest)) return undefined;
  return { rowsAt: [`$${path === undefined || path === '.' ? '' : path}${rest}`] };
}
