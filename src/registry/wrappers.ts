/**
 * The Go templates of StackQL's Okta documents, recognised as the data they are.
 *
 * Of its 124, 120 wrap a bare list into an object so that an objectKey can name it, and four make one-column rows of a
 * list of texts. Neither needs a template: the list is where the answer has it.
 *
 * @module
 */

/** What a template says about where rows are. */
export interface Wrapper {
  readonly rowsAt: readonly string[];
  /** The column that texts become. */
  readonly scalar?: string;
}

const WRAPS = /^\s*\{\{-?\s*\$wrapped\s*:=\s*printf\s+"\{\\"[^"\\]+\\":%s\}"\s+\.\s*-?\}\}/;
const ONLY_WRAPS = new RegExp(`${WRAPS.source}\\s*\\{\\{-?\\s*\\$wrapped\\s*-?\\}\\}\\s*$`);
const ONE_COLUMN = /\{"([A-Za-z_]\w*)":"\{\{-?\s*\$v\s*-?\}\}"\}\{\{-?\s*end\s*-?\}\}\]\}\s*$/;

/**
 * What a known template means; undefined for none, and for one that would have to be run.
 *
 * The template takes the answer for a bare list. Where the API sends an object all the same (Okta's keys do), the only
 * list in it is meant.
 */
export function wrapperOf(
  transform: { readonly type: string; readonly body?: string | undefined } | undefined,
): Wrapper | undefined {
  const body = transform?.body;
  if (body === undefined || !transform?.type.startsWith('golang_template_') || !WRAPS.test(body)) return undefined;
  const rowsAt = ['$', '$.*'];
  if (ONLY_WRAPS.test(body)) return { rowsAt };
  const scalar = ONE_COLUMN.exec(body)?.[1];
  return scalar === undefined ? undefined : { rowsAt, scalar };
}
