import { isObject, type JsonObject, type Reply } from './exchanges.ts';

/** Where a simulated answer is not like the recorded one. */
export interface Difference {
  readonly aspect: 'error' | 'extra' | 'form' | 'link' | 'missing' | 'shape' | 'status';
  /** Names and forms, never a recorded value. */
  readonly detail: string;
}

/** Compares an answer of the simulator with the one that Okta gave to the same operation. */
export function compareReplies(recorded: Reply, simulated: Reply): readonly Difference[] {
  if (recorded.status !== simulated.status) {
    return [difference('status', `${outcomeOf(recorded)}, simulated ${outcomeOf(simulated)}`)];
  }
  if (recorded.status >= 400) return compareErrors(recorded.body, simulated.body);
  return [...compareBodies(recorded.body, simulated.body), ...compareLinks(recorded, simulated)];
}

function outcomeOf({ status, body }: Reply): string {
  const code = isObject(body) ? body['errorCode'] : undefined;
  return typeof code === 'string' ? `${status} ${code}` : String(status);
}

function compareErrors(recorded: unknown, simulated: unknown): readonly Difference[] {
  const [wanted, given] = [errorForm(recorded), errorForm(simulated)];
  const names = Object.keys(wanted).filter((name) => wanted[name] !== given[name]);
  const extra = Object.keys(given).filter((name) => !(name in wanted));
  return [
    ...names.map((name) => difference('error', `${name}: ${wanted[name]}, simulated ${given[name] ?? 'absent'}`)),
    ...extra.map((name) => difference('error', `${name}: absent, simulated ${given[name]}`)),
  ];
}

/** Every member of an error body with its ids replaced, and of its causes only what they are made of. */
function errorForm(body: unknown): Readonly<Record<string, string>> {
  if (!isObject(body)) return { body: formOf(body) };
  return Object.fromEntries(
    Object.entries(body).map(([name, value]): [string, string] => [name, errorMember(name, value)]),
  );
}

function errorMember(name: string, value: unknown): string {
  if (name === 'errorId') return /^oae[\w-]{22}$/.test(String(value)) ? 'an id' : 'no id';
  if (!Array.isArray(value))
    return String(value)
      .replaceAll(/\s+/g, ' ')
      .replace(/(?<=Resource not found: ).* (?=\()/, '… ');
  const names = value.map((cause) => (isObject(cause) ? Object.keys(cause).join(' ') : formOf(cause)));
  return `[${names.join(', ')}]`;
}

function compareBodies(recorded: unknown, simulated: unknown): readonly Difference[] {
  const [wanted, given] = [formOf(recorded), formOf(simulated)];
  if (wanted !== given) return [difference('shape', `${wanted}, simulated ${given}`)];
  if (Array.isArray(recorded) && Array.isArray(simulated)) return compareLists(recorded, simulated);
  return isObject(recorded) && isObject(simulated) ? compareObjects(recorded, simulated) : [];
}

function compareObjects(recorded: JsonObject, simulated: JsonObject): readonly Difference[] {
  const own = compareItems([[recorded, simulated]]);
  const wrapped = Object.keys(recorded).filter(
    (name) => isListOfObjects(recorded[name]) && Array.isArray(simulated[name]),
  );
  const inner = wrapped.flatMap((name) => compareBodies(recorded[name], simulated[name]).map(below(name)));
  return [...own, ...inner];
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function below(name: string): (found: Difference) => Difference {
  return ({ aspect, detail }) => difference(aspect, `${name}.${detail}`);
}

/** An empty list says nothing about its items. */
function compareLists(recorded: readonly unknown[], simulated: readonly unknown[]): readonly Difference[] {
  if (recorded.length === 0 || simulated.length === 0) return [];
  const [wanted, given] = [formOf(recorded[0]), formOf(simulated[0])];
  if (wanted !== given) return [difference('shape', `items: ${wanted}, simulated ${given}`)];
  const candidates = simulated.filter(isObject);
  return compareItems(recorded.filter(isObject).map((item): Pair => [item, mostAlike(item, candidates)]));
}

type Pair = readonly [recorded: JsonObject, simulated: JsonObject];

/** The item with the most names and texts in common: an org's lists hold objects of several kinds. */
function mostAlike(item: JsonObject, candidates: readonly JsonObject[]): JsonObject {
  const scored = candidates.map((candidate) => ({ candidate, score: likeness(item, candidate) }));
  return scored.toSorted((left, right) => right.score - left.score)[0]?.candidate ?? {};
}

/** How much two objects have in common. Equal texts, such as their types, count more than equal names. */
export function likeness(left: JsonObject, right: JsonObject): number {
  const common = Object.keys(left).filter((name) => name in right);
  const equal = common.filter((name) => typeof left[name] === 'string' && left[name] === right[name]);
  const all = new Set([...Object.keys(left), ...Object.keys(right)]);
  return common.length / Math.max(1, all.size) + 2 * equal.length;
}

/** Objects within an object whose members are compared too. */
const NESTED: readonly string[] = ['_links', 'profile', 'settings'];

function compareItems(pairs: readonly Pair[]): readonly Difference[] {
  const recorded = union(pairs.map(([item]) => item));
  const simulated = union(pairs.map(([, item]) => item));
  const missing = [...recorded.keys()].filter((name) => !simulated.has(name) && isComparable(name, simulated));
  const extra = [...simulated.keys()].filter((name) => !recorded.has(name) && isComparable(name, recorded));
  const forms = [...recorded].filter(([name, seen]) => isOther(seen, simulated.get(name)));
  return [
    ...missing.map((name) => difference('missing', name)),
    ...extra.map((name) => difference('extra', name)),
    ...forms.map(([name, seen]) =>
      difference('form', `${name}: ${list(seen)}, simulated ${list(simulated.get(name))}`),
    ),
  ];
}

function list(forms: ReadonlySet<string> = new Set()): string {
  return [...forms].toSorted().join(' or ');
}

/** A member of a member counts only where both sides have the object that it is in. */
function isComparable(name: string, others: ReadonlyMap<string, unknown>): boolean {
  const [outer = '', inner] = name.split('.');
  return inner === undefined || [...others.keys()].some((other) => other.startsWith(`${outer}.`));
}

/** Nulls say nothing about the form of other values. */
function isOther(recorded: ReadonlySet<string>, simulated: ReadonlySet<string> | undefined): boolean {
  const [wanted, given] = [recorded, simulated ?? new Set<string>()].map((forms) =>
    [...forms].filter((form) => form !== 'null'),
  );
  return (
    wanted !== undefined &&
    given !== undefined &&
    wanted.length > 0 &&
    given.length > 0 &&
    !given.some((form) => wanted.includes(form))
  );
}

/** Name → forms of its values. Names in `NESTED` objects have a dot. */
function union(items: readonly JsonObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const note = (name: string, value: unknown): void => {
    names.set(name, (names.get(name) ?? new Set()).add(formOf(value)));
  };
  for (const item of items) {
    for (const [name, value] of Object.entries(item)) {
      note(name, value);
      if (NESTED.includes(name) && isObject(value)) {
        for (const [inner, innerValue] of Object.entries(value)) note(`${name}.${inner}`, innerValue);
      }
    }
  }
  return names;
}

function formOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'list' : typeof value === 'string' ? 'text' : typeof value;
}

function compareLinks(recorded: Reply, simulated: Reply): readonly Difference[] {
  const [wanted, given] = [recorded.links.map(linkForm), simulated.links.map(linkForm)];
  const missing = wanted.filter((link) => !given.includes(link));
  // How many pages there are depends on the data alone.
  const extra = given.filter((link) => recorded.hasAllLinks && !wanted.includes(link) && !link.startsWith('next'));
  return [
    ...missing.map((link) => difference('link', `${link}, simulated ${relativesOf(link, given)}`)),
    ...(missing.length > 0 ? [] : extra.map((link) => difference('link', `none, simulated ${link}`))),
  ];
}

function relativesOf(link: string, others: readonly string[]): string {
  return others.find((other) => other.split(' ')[0] === link.split(' ')[0]) ?? 'none';
}

/** The relation, whether the URL is absolute, and the names of its parameters in order. */
function linkForm(value: string): string {
  const [, target = '', rel = 'none'] = /^<([^>]*)>.*rel="?([^";]*)/.exec(value) ?? [];
  const isAbsolute = /^https?:/.test(target);
  const names = [...new URL(target, 'https://relative.invalid').searchParams.keys()];
  return `${rel} ${isAbsolute ? 'absolute' : 'relative'}${names.length > 0 ? ` ?${names.join('&')}` : ''}`;
}

function difference(aspect: Difference['aspect'], detail: string): Difference {
  return { aspect, detail };
}
