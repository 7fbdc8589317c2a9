/**
 * A control's file → the control. The head is one YAML document in the comment lines before the first SQL; what follows is one
 * query, which only reads.
 *
 * @module
 */

import { z } from 'zod';
import { AuditFileError, isQueryError, PlaceholderError, SqlSyntaxError, type TextPosition } from '../errors.ts';
import { parseScript } from '../sql/parse.ts';
import { verbBehindWith } from '../sql/statements/local-mutation.ts';
import { QUERIES } from '../sql/text/keywords.ts';
import { fillPlaceholders } from '../sql/text/placeholders.ts';
import { positionAt } from '../sql/text/position.ts';
import { isOperator, isSignificant, type Token } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import { type Control, type ControlBody, type Parameter, SEVERITIES } from './control.ts';
import { readYamlText, type YamlText } from './yaml-file.ts';

/** What a value that is missing, or is no such thing, is told by. */
function needed(what: string): { readonly error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined || input === null ? 'it is missing' : `it has to be ${what}`) };
}

const shown = z.string(needed('a text')).trim().min(1, 'it is empty').max(4_000, 'it has more than 4000 characters');
const word = shown.max(200, 'it has more than 200 characters');

export const idText: z.ZodType<string> = z
  .string(needed('a text'))
  .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'it has to be lower case letters, digits and hyphens, at most 80');

type Single = string | number | boolean;
const single = z.union([z.string(), z.number(), z.boolean()]);
const parameterValue: z.ZodType<Single | readonly Single[]> = z.union(
  [single, z.array(single)],
  needed('a text, a number, true or false, or a list of those'),
);
const parameterName: z.ZodType<string> = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]*$/, 'a parameter is named by a small letter, then letters, digits and _')
  .refine((name) => name !== 'subdomain', 'subdomain comes from the session (--subdomain), and not from a file');
export const parameterDefaults: z.ZodType<Readonly<Record<string, Single | readonly Single[]>>> = z.record(
  parameterName,
  parameterValue,
);

const reference = z.strictObject(
  {
    title: word,
    url: z
      .string(needed('a text'))
      .regex(/^https?:\/\/\S+$/, 'it has to be a URL that begins with https://')
      .optional(),
    id: word.optional(),
  },
  needed('a title, perhaps with url and id'),
);

const head = z.strictObject(
  {
    id: idText,
    title: word,
    severity: z.enum(SEVERITIES, needed(`one of ${SEVERITIES.join(', ')}`)),
    description: shown.optional(),
    remediation: shown.optional(),
    references: z.array(reference, needed('a list')).default([]),
    parameters: z
      .record(
        parameterName,
        z.strictObject(
          { default: parameterValue, description: word.optional() },
          needed('a default and a description'),
        ),
      )
      .default({}),
    needs: z
      .array(
        z.string().regex(/^[a-z]+(?:\.[A-Za-z]+)+$/, 'it has to be a scope such as okta.users.read'),
        needed('a list'),
      )
      .default([]),
    chart: word.optional(),
    absence: shown.optional(),
    manual: shown.optional(),
  },
  needed('lines such as -- id: …, -- title: … and -- severity: …'),
);

type Head = z.infer<typeof head>;

/**
 * Reads a control.
 *
 * @param file as messages name it
 * @param fallbackId what it is called where its own id cannot be read
 */
export function readControl(text: string, file: string, fallbackId: string): Control {
  const { source, rest } = cut(text, file);
  const checked = readYamlText(source, head);
  if (!('value' in checked)) return brokenControl(checked.raw, file, fallbackId, checked.problems);
  const { manual, parameters, ...facts } = checked.value;
  const body = bodyOf(rest, checked.value, file);
  return { ...facts, parameters: parameters as Readonly<Record<string, Parameter>>, file, body };
}

/** What can be read of it is kept; a severity that nobody can read is the worst. */
function brokenControl(raw: unknown, file: string, fallbackId: string, problems: readonly AuditFileError[]): Control {
  const partOf = <T>(shape: z.ZodType<T>, name: string, otherwise: T): T => {
    const given =
      typeof raw === 'object' && raw !== null && Object.hasOwn(raw, name) ? Reflect.get(raw, name) : undefined;
    const read = shape.safeParse(given);
    return read.success ? read.data : otherwise;
  };
  return {
    id: partOf(idText, 'id', fallbackId),
    title: partOf(word, 'title', fallbackId),
    severity: partOf(z.enum(SEVERITIES), 'severity', 'critical'),
    references: [],
    parameters: {},
    needs: [],
    file,
    body: { kind: 'broken', problems },
  };
}

interface Cut {
  readonly source: YamlText;
  /** The file with its head blank, so that whatever stands behind it keeps its line. */
  readonly rest: string;
}

const COMMENT = /^(\s*--)(.*)$/;

function cut(text: string, file: string): Cut {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const end = lines.findIndex((line) => !COMMENT.test(line) && line.trim() !== '');
  const headLines = lines.slice(0, end === -1 ? lines.length : end);
  const marks = headLines.map((line) => COMMENT.exec(line)?.[1]?.length ?? 0);
  const yaml = headLines.map((line, index) => line.slice(marks[index])).join('\n');
  const positionIn = (offset: number): Pick<TextPosition, 'line' | 'column'> => {
    const { line, column } = positionAt(yaml, offset);
    return { line, column: column + (marks[line - 1] ?? 0) };
  };
  const rest = [...headLines.map(() => ''), ...lines.slice(headLines.length)].join('\n');
  return { source: { file, text: yaml, positionAt: positionIn }, rest };
}

function bodyOf(rest: string, { manual, parameters }: Head, file: string): ControlBody {
  const broken = (problem: string, offset: number, hint?: string): ControlBody => ({
    kind: 'broken',
    problems: [new AuditFileError(problem, { file, position: positionAt(rest, offset), hint })],
  });
  const isEmpty = rest.trim() === '';
  if (manual !== undefined) {
    if (isEmpty) return { kind: 'manual', look: manual };
    return broken('a control has either manual or a SELECT, and this one has both', rest.search(/\S/));
  }
  if (isEmpty) return broken('there is no SELECT behind the head', Math.max(rest.length - 1, 0), NO_SELECT);
  try {
    return queryOf(rest, Object.keys(parameters), broken);
  } catch (error) {
    if (!isQueryError(error)) throw error;
    if (error instanceof PlaceholderError)
      return broken(NO_PLACEHOLDERS, rest.indexOf('{{'), hintOf(Object.keys(parameters)));
    const offset = error instanceof SqlSyntaxError ? error.position.offset : rest.search(/\S/);
    return broken(error.message.replace(/\.$/, ''), offset, error.hint);
  }
}

const NO_PLACEHOLDERS = 'a control has parameters such as $days, and no {{ placeholders }}';

const NO_SELECT = 'What only a person can look at has manual: … in its head, and no SELECT.';

/** That it only reads is decided on its tokens, and by the session that it runs in once more on the plan. */
function queryOf(
  rest: string,
  declared: readonly string[],
  broken: (problem: string, offset: number, hint?: string) => ControlBody,
): ControlBody {
  const statements = parseScript(fillPlaceholders(rest, {}));
  const [statement, second] = statements;
  if (statement === undefined) return broken('there is no SELECT behind the head', rest.search(/\S/), NO_SELECT);
  if (second !== undefined)
    return broken('a control is one SELECT, and this is a second statement', second.position.offset);
  const tokens = tokenize(rest).filter(isSignificant);
  const first = tokens.find((token) => !isOperator(token, '(')) ?? tokens[0];
  const verb = first?.value.toUpperCase() === 'WITH' ? verbBehindWith(tokens) : first;
  if (first === undefined || !isQuery(first) || (verb !== undefined && verb !== first)) {
    const word = (verb ?? first)?.text.toUpperCase() ?? '';
    return broken(`a control only reads: it is a SELECT, and this is ${word}`, statement.position.offset);
  }
  const wrong = tokens.find((token) => isUndeclared(token, declared));
  if (wrong !== undefined)
    return broken(`${wrong.text} is no parameter of this control`, wrong.start, hintOf(declared));
  return {
    kind: 'query',
    sql: statement.text.trim(),
    text: rest,
    position: statement.position,
    namesOrg: tokens.some((token) => token.kind === 'parameter' && token.value === 'subdomain'),
  };
}

function isQuery({ kind, value }: Token): boolean {
  return kind === 'word' && QUERIES.has(value.toUpperCase());
}

function isUndeclared({ kind, value }: Token, declared: readonly string[]): boolean {
  return kind === 'parameter' && value !== 'subdomain' && !declared.includes(value);
}

function hintOf(declared: readonly string[]): string {
  const names = ['subdomain', ...declared].map((name) => `$${name}`);
  return `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}; parameters: in the head declares others.`;
}
