/**
 * What went wrong, in StackQL's words, for scripts that look for them. Where it has none, ours.
 *
 * @module
 */

import { BindError, PlanError, type QueryError, SqlSyntaxError } from '../../errors.ts';
import type { ExchangeRecord } from '../../http/trace/record.ts';
import { isOperator, isSignificant, type Token } from '../../sql/text/token.ts';
import { tokenize } from '../../sql/text/tokens.ts';

/**
 * @param text the statement
 * @param start where it begins in the script, from which errors count
 */
export function compatMessage(error: QueryError, text: string, start = 0): string {
  if (error instanceof SqlSyntaxError) return syntaxMessage(error.position.offset - start, text);
  if (error instanceof PlanError) return missingMessage(error, text);
  if (error instanceof BindError) return bindMessage(error);
  if ('status' in error && typeof error.status === 'number')
    return httpMessage(error.status, text) ?? ownMessage(error);
  return ownMessage(error);
}

function ownMessage({ message, hint }: QueryError): string {
  return hint === undefined ? message : `${message}\nhint: ${hint}`;
}

/** Their parser counts from 1, to the end of the word. */
function syntaxMessage(offset: number, text: string): string {
  const token = significant(text).find(({ end }) => end > offset);
  const near = token === undefined ? '' : ` near '${token.text}'`;
  const place = (token?.end ?? text.length) + 1;
  return `error:  You have an error in your stackql syntax; parser error: Code: INVALID_ARGUMENT\nsyntax error at position ${place}${near}\n`;
}

function missingMessage(error: PlanError, text: string): string {
  const tokens = significant(text);
  const verb = tokens[0]?.value.toLowerCase() ?? '';
  const [name = ''] = Object.values(error.missing).flat();
  if (verb === 'exec' || verb === 'execute') {
    return `required param not supplied for exec: could not find variable '${name}'`;
  }
  const resource = resourceIn(tokens);
  if (resource === undefined) return ownMessage(error);
  const method = verb === 'with' ? 'select' : verb;
  return (
    'cannot find matching operation, possible causes include missing required parameters or an unsupported method for the ' +
    `resource, to find required parameters for supported methods run SHOW METHODS IN ${resource.join('.')}: ` +
    `no appropriate method = '${method}' for resource = '${resource.at(-1)}'`
  );
}

function bindMessage(error: BindError): string {
  switch (error.code) {
    case 'UNKNOWN_PROVIDER':
      return `cannot find provider = '${error.unknownName}': ${error.message}`;
    case 'UNKNOWN_SERVICE':
      return `cannot resolve service with key = '${error.unknownName}'`;
    case 'UNKNOWN_RESOURCE':
      return 'OpenAPIService.GetResource() failure';
    case 'UNKNOWN_COLUMN':
      return `sql packet preparation error: no such column: ${error.unknownName}`;
    default:
      return ownMessage(error);
  }
}

/** That the answer was refused was told when it came. Of changes there is one message more, whatever the statement is. */
function httpMessage(status: number, text: string): string | undefined {
  const verb = significant(text)[0]?.value.toLowerCase() ?? '';
  if (!['insert', 'update', 'replace', 'exec'].includes(verb)) return undefined;
  const words = REASONS[status];
  return `insert over HTTP error: ${status}${words === undefined ? '' : ` ${words}`}`;
}

/** RFC 9110 section 15, those that Okta answers with. */
const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** The line about an answer that is no success; undefined for others. Its secrets are masked already. */
export function answerMessage({ answer }: ExchangeRecord): string | undefined {
  if (answer === undefined || answer.status < 300) return undefined;
  const body = answer.body === '' ? 'response body is nil' : `response body: ${answer.body}`;
  return `http response status code: ${answer.status}, ${body}`;
}

function significant(text: string): readonly Token[] {
  return tokenize(text).filter(isSignificant);
}

/** The first name of three parts. */
function resourceIn(tokens: readonly Token[]): readonly string[] | undefined {
  const isName = (token: Token | undefined): boolean => token?.kind === 'word' || token?.kind === 'quoted';
  for (const index of tokens.keys()) {
    const parts = [0, 2, 4].map((step) => tokens[index + step]);
    const dots = [1, 3].map((step) => tokens[index + step]);
    if (parts.every(isName) && dots.every((dot) => isOperator(dot, '.'))) return parts.map((part) => part?.value ?? '');
  }
  return undefined;
}
