/**
 * Masks in place of secrets, which no body may hold: they would become the secret.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import type { RequestBody } from '../registry/resource.ts';
import { isJsonObject } from './json-object.ts';

/** What stands for a secret: ours, `***`, and that of APIs, which show as many signs as they like. */
const MASK = /^[*•●]{3,}$/;

/**
 * Throws where a mask stands for a secret. It may have come from anywhere: a subquery, a table that was kept, a variable.
 *
 * @param content as it is sent
 * @throws InvalidValueError
 */
export function refuseMasks({ secrets = [] }: Pick<RequestBody, 'secrets'>, content: unknown): void {
  const masked = secrets.find((path) => holdsMask(content, path));
  if (masked === undefined) return;
  const name = masked.join('.');
  throw new InvalidValueError(
    `${name} is a mask, which stands for a secret that was not shown; as it is, it would take the secret's place. Nothing was sent.`,
    {
      subject: name,
      hint: 'Set other members alone, such as SET name = …: UPDATE leaves secrets as they are. Or give the secret.',
    },
  );
}

/** Lists are looked through: what holds for a member holds for that of each item. */
function holdsMask(value: unknown, path: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((item: unknown) => holdsMask(item, path));
  const [name, ...inner] = path;
  if (name !== undefined) return isJsonObject(value) && Object.hasOwn(value, name) && holdsMask(value[name], inner);
  if (isJsonObject(value)) return Object.values(value).some((member) => holdsMask(member, []));
  return typeof value === 'string' && MASK.test(value);
}
