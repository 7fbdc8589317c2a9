/**
 * What a person adds to the pages: `inputs/pages.yaml`.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** What is added to the page of one resource. */
export interface PageInput {
  /** Paragraphs below the overview. */
  readonly text?: string | undefined;
  /** A column, or a member of a JSON column, by which people know an object: `profile.login`. */
  readonly label?: string | undefined;
  /** Method → the body attributes that its examples show. */
  readonly attributes?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly examples?: readonly { readonly title: string; readonly sql: string }[] | undefined;
}

/** `service.resource` → its page. */
export type PageInputs = Readonly<Record<string, PageInput>>;

/** `service.resource`, by which the inputs name it. */
export function inputKey({ name }: { readonly name: string }): string {
  return name.split('.').slice(1).join('.');
}

const pageInputs: z.ZodType<PageInputs> = z.record(
  z.string(),
  z.strictObject({
    text: z.string().optional(),
    label: z.string().optional(),
    attributes: z.record(z.string(), z.array(z.string())).optional(),
    examples: z.array(z.strictObject({ title: z.string(), sql: z.string() })).optional(),
  }),
);

/** Throws where the file in `folder` is missing, is no YAML, or has another form. */
export function readPageInputs(folder: string): PageInputs {
  return pageInputs.parse(parse(readFileSync(join(folder, 'pages.yaml'), 'utf8')));
}
