/**
 * The variables of a server's URL as parameters.
 *
 * @module
 */

import type { ServerDocument } from './documents.ts';
import type { Parameter } from './resource.ts';

/**
 * OpenAPI demands a default of every variable, so documents fill in examples (`my-org`), and a credential must not be
 * sent to whoever owns that name. A default counts only where nobody's name can be meant: the variable is one of a list
 * (`enum`), or stands in the path. Any other variable has to be given, as in StackQL.
 */
export function serverParameters(server: ServerDocument | undefined): readonly Parameter[] {
  return Object.entries(server?.variables ?? {}).map(([name, variable]): Parameter => {
    const { description = '', default: fallback, enum: allowed } = variable;
    const isSafe = allowed !== undefined || !isInHost(server?.url ?? '', name);
    const values = [...new Set([...(allowed ?? []), ...(fallback === undefined ? [] : [fallback])])];
    return {
      name,
      type: 'VARCHAR',
      description,
      location: 'server',
      isRequired: fallback === undefined || !isSafe,
      ...(fallback !== undefined && isSafe && { default: fallback }),
      ...(values.some((value) => !LABEL.test(value)) && { allowed: values }),
    };
  });
}

/** What the host's rule takes anyway need not be listed. */
const LABEL = /^[A-Za-z0-9-]+$/;

function isInHost(url: string, name: string): boolean {
  const [authority = ''] = url.replace(/^[^/]*\/\//, '').split('/');
  return url.startsWith(`{${name}}`) || authority.includes(`{${name}}`);
}
