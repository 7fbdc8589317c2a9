/**
 * `${VARIABLE}` in the values of a file of settings, so that the file may be kept with others and the secrets elsewhere.
 *
 * @module
 */

import { unusable } from './place.ts';

/** @param where the setting that the text is the value of, for messages */
export type Fill = (text: string, where: string) => string;

/** `$${` is a `${` that means itself. What stands between the braces may be anything: what is no name is a mistake. */
const REFERENCE = /\$(\$\{)|\$\{([^}]*)\}/g;

const NAME = /^[A-Za-z_]\w*$/;

/** Whether a text is nothing but a variable. */
export function namesVariable(text: string): boolean {
  return /^\$\{[A-Za-z_]\w*\}$/.test(text);
}

/**
 * Takes values from variables. Neither they nor the text are ever shown.
 *
 * @throws InvalidArgumentError for a variable that is not set, and for what is no name of one
 */
export function fillFrom(lookUp: (name: string) => string | undefined): Fill {
  return (text, where) =>
    text.replace(REFERENCE, (_whole, escaped: string | undefined, name = '') => {
      if (escaped !== undefined) return escaped;
      if (!NAME.test(name)) throw unusable(where, ODD, ADVICE);
      const value = lookUp(name);
      if (value === undefined) throw unusable(where, `takes ${name} from the environment, where it is not set`);
      return value;
    });
}

const ODD = `holds $\{…} with something that is no name of a variable`;

const ADVICE = `Write $\{NAME}, or $$\{ for a $\{ that means itself.`;

/**
 * Takes none. A file that nobody has named may be somebody else's, and would choose both a variable and the host that it is sent to.
 *
 * @param file as the user knows it
 */
export function fillNothing(file: string): Fill {
  return (text, where) => {
    if (text.search(REFERENCE) === -1) return text;
    throw unusable(
      where,
      'would take a variable from the environment',
      `--config ${file} says that the file is meant.`,
    );
  };
}
