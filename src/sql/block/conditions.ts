/**
 * Makes conjuncts of a condition: the one normaliser behind both front ends, so that both say the same.
 *
 * A front end tells what each of its nodes is (`classify`); everything else happens here. NOT goes inwards by De Morgan,
 * which is exact in three-valued logic: each step keeps for which rows the condition is true, false and NULL, except
 * where a step says that it keeps only "true".
 *
 * @module
 */

import type { ColumnKeys, ColumnRef, Comparison, Constant, KeySelect, Qual } from '../statement.ts';
import { columnText, constantText } from '../text/sql-text.ts';

/** What a node of a front end's tree is. `N` is the type of its nodes. */
export type Form<N> =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly N[] }
  | { readonly kind: 'not'; readonly operand: N }
  | { readonly kind: 'compare'; readonly operator: Comparison | '='; readonly left: N; readonly right: N }
  | { readonly kind: 'between'; readonly operand: N; readonly low: N; readonly high: N }
  /** With `values`, those are the items. */
  | {
      readonly kind: 'in';
      readonly operand: N;
      readonly items: readonly N[];
      readonly values?: readonly Constant[];
    }
  | { readonly kind: 'inQuery'; readonly operand: N; readonly subquery: number }
  | { readonly kind: 'exists'; readonly subquery: number }
  /** A query that gives one value. */
  | { readonly kind: 'query'; readonly subquery: number }
  /** A list that was bound to a parameter. */
  | { readonly kind: 'inList'; readonly operand: N; readonly values: readonly Constant[] }
  | { readonly kind: 'like'; readonly operand: N; readonly pattern: Constant }
  | { readonly kind: 'null'; readonly operand: N; readonly isNull: boolean }
  /** `x IS TRUE`, `x IS FALSE`. */
  | { readonly kind: 'is'; readonly operand: N; readonly value: boolean }
  | { readonly kind: 'column'; readonly column: ColumnRef }
  | { readonly kind: 'constant'; readonly value: Constant }
  | { readonly kind: 'other' };

/** What can be said of a node that is no qual. */
export interface Description {
  /** Every column it names, those of queries inside included. */
  readonly columns: readonly ColumnRef[];
  /** As SQL, if it may be part of {@link Qual}'s `other.text`. */
  readonly text?: string;
}

export interface ConditionReader<N> {
  readonly classify: (node: N) => Form<N>;
  readonly describe: (node: N) => Description;
  /** All values that a query, or a column of a relation, can have, where they are known before anything is read. */
  readonly valuesOf: (node: N) => readonly Constant[] | undefined;
  /** The query of all these values, where it can be run once something has been read. */
  readonly selectOf: (node: N) => KeySelect | undefined;
  /** Of a subquery that is negated: the column, and the values that it may not have. */
  readonly excludedBy: (node: N) => ColumnKeys | undefined;
}

/** The conjuncts of a condition, in the order of the text; none if there is no condition. */
export function readConjuncts<N>(condition: N | undefined, reader: ConditionReader<N>): readonly Qual[] {
  if (condition === undefined) return [];
  const qual = new Normaliser(reader).read(condition, false);
  return qual.kind === 'and' ? qual.quals : [qual];
}

const OPPOSITE = { '=': '<>', '<>': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' } as const;

/** The operator when the sides change places. */
const MIRRORED = { '=': '=', '<>': '<>', '<': '>', '>': '<', '<=': '>=', '>=': '<=' } as const;

class Normaliser<N> {
  readonly #reader: ConditionReader<N>;

  constructor(reader: ConditionReader<N>) {
    this.#reader = reader;
  }

  read(node: N, isNegated: boolean): Qual {
    const form = this.#reader.classify(node);
    switch (form.kind) {
      case 'and':
      case 'or':
        return joined(
          isNegated === (form.kind === 'or') ? 'and' : 'or',
          form.operands.map((operand) => this.read(operand, isNegated)),
        );
      case 'not':
        return this.read(form.operand, !isNegated);
      case 'compare':
        return this.#comparison(form.left, isNegated ? OPPOSITE[form.operator] : form.operator, form.right);
      case 'between':
        return this.#between(node, form, isNegated);
      case 'in':
        return this.#membership(node, form, isNegated);
      case 'column':
        return { kind: 'in', column: form.column, values: [{ kind: 'literal', value: !isNegated }] };
      case 'constant':
        return { kind: 'constant', value: isNegated ? opposite(form.value) : form.value };
      case 'null':
        return this.#nullTest(node, form, isNegated);
      case 'is':
        // NOT (x IS TRUE) is true where x is NULL, so that nothing simpler says it.
        return isNegated ? this.#other(node, true) : this.read(form.operand, !form.value);
      case 'inQuery':
        return isNegated ? this.#exclusion(node) : this.#match(node, form);
      case 'like':
      case 'inList':
        return isNegated ? this.#other(node, true) : this.#match(node, form);
      case 'exists':
        return isNegated ? this.#exclusion(node) : { ...this.#other(node, false), exists: form.subquery };
      case 'query':
      case 'other':
        return this.#other(node, isNegated);
    }
  }

  #comparison(left: N, operator: Comparison | '=', right: N): Qual {
    const [leftForm, rightForm] = [this.#reader.classify(left), this.#reader.classify(right)];
    if (leftForm.kind === 'column' && rightForm.kind === 'constant') {
      return compared(leftForm.column, operator, rightForm.value);
    }
    if (leftForm.kind === 'constant' && rightForm.kind === 'column') {
      return compared(rightForm.column, MIRRORED[operator], leftForm.value);
    }
    if (leftForm.kind === 'column' && rightForm.kind === 'column' && operator === '=') {
      const [leftValues, rightValues] = [this.#reader.selectOf(left), this.#reader.selectOf(right)];
      const same: Qual = {
        kind: 'sameAs',
        left: leftForm.column,
        right: rightForm.column,
        ...(leftValues !== undefined && { leftValues }),
        ...(rightValues !== undefined && { rightValues }),
      };
      return joined('and', [same, ...this.#implied(leftForm.column, right), ...this.#implied(rightForm.column, left)]);
    }
    if (operator === '=' && leftForm.kind === 'column' && rightForm.kind === 'query') {
      return this.#oneOf(leftForm.column, right, rightForm);
    }
    if (operator === '=' && leftForm.kind === 'query' && rightForm.kind === 'column') {
      return this.#oneOf(rightForm.column, left, leftForm);
    }
    if (leftForm.kind === 'constant' && rightForm.kind === 'constant') {
      return computed(`(${constantText(leftForm.value)} ${operator} ${constantText(rightForm.value)})`);
    }
    const whole = this.#composed([left, right], ([a, b]) => `(${a} ${operator} ${b})`);
    if (operator !== '=') return whole;
    const [oneOf] = [...this.#computed(leftForm, right), ...this.#computed(rightForm, left)];
    const implied = [
      ...(leftForm.kind === 'column' ? this.#implied(leftForm.column, right) : []),
      ...(rightForm.kind === 'column' ? this.#implied(rightForm.column, left) : []),
    ];
    return joined('and', [oneOf === undefined ? whole : { ...whole, oneOf }, ...implied]);
  }

  /** `column = coalesce(k.a, k.b)` says that it is one of the values that can be computed. */
  #computed(form: Form<N>, other: N): readonly ColumnKeys[] {
    const values = form.kind === 'column' ? this.#reader.selectOf(other) : undefined;
    return form.kind === 'column' && values !== undefined ? [{ column: form.column, values }] : [];
  }

  /** `column = other` says that it is one of the values that the other can have. */
  #implied(column: ColumnRef, other: N): readonly (Qual & { readonly kind: 'in' })[] {
    const values = this.#reader.valuesOf(other);
    return values === undefined ? [] : [{ kind: 'in', column, values, isImplied: true }];
  }

  #oneOf(column: ColumnRef, node: N, { subquery }: { readonly subquery: number }): Qual {
    const values = this.#reader.selectOf(node);
    return (
      this.#implied(column, node)[0] ?? { kind: 'inQuery', column, subquery, ...(values !== undefined && { values }) }
    );
  }

  #between(node: N, { operand, low, high }: { operand: N; low: N; high: N }, isNegated: boolean): Qual {
    const [from, to] = [this.#constantOf(low), this.#constantOf(high)];
    // The three are compared in one type, which two comparisons of different types need not be.
    if (!isOfOneType([from, to])) return this.#other(node, isNegated);
    return joined(isNegated ? 'or' : 'and', [
      besides(this.#comparison(operand, isNegated ? '<' : '>=', low), to),
      besides(this.#comparison(operand, isNegated ? '>' : '<=', high), from),
    ]);
  }

  #membership(node: N, { operand, items, values: given }: Form<N> & { kind: 'in' }, isNegated: boolean): Qual {
    const values = given ?? items.map((item) => this.#constantOf(item)).filter((value) => value !== undefined);
    const form = this.#reader.classify(operand);
    if (values.length < items.length) return this.#other(node, isNegated);
    if (form.kind === 'constant') {
      const list = values.map(constantText).join(', ');
      return computed(`(${constantText(form.value)} ${isNegated ? 'NOT IN' : 'IN'} (${list}))`);
    }
    if (form.kind !== 'column') return this.#other(node, isNegated);
    if (!isNegated) return { kind: 'in', column: form.column, values: distinct(values) };
    if (!values.every(isLiteral) || !isOfOneType(values)) return this.#other(node, true);
    return joined(
      'and',
      values.map((value) => compared(form.column, '<>', value)),
    );
  }

  #nullTest(node: N, { operand, isNull }: { operand: N; isNull: boolean }, isNegated: boolean): Qual {
    const form = this.#reader.classify(operand);
    if (form.kind === 'column') return { kind: 'null', column: form.column, isNull: isNull !== isNegated };
    if (form.kind !== 'constant') return this.#other(node, isNegated);
    return computed(`(${constantText(form.value)} IS ${isNull !== isNegated ? '' : 'NOT '}NULL)`);
  }

  #match(node: N, form: Extract<Form<N>, { readonly kind: 'like' | 'inQuery' | 'inList' }>): Qual {
    const operand = this.#reader.classify(form.operand);
    if (operand.kind !== 'column') return this.#other(node, false);
    switch (form.kind) {
      case 'like':
        return { kind: 'like', column: operand.column, pattern: form.pattern };
      case 'inQuery':
        return this.#oneOf(operand.column, node, form);
      case 'inList':
        return { kind: 'in', column: operand.column, values: form.values };
    }
  }

  #constantOf(node: N): Constant | undefined {
    const form = this.#reader.classify(node);
    return form.kind === 'constant' ? form.value : undefined;
  }

  #other(node: N, isNegated: boolean): Qual & { readonly kind: 'other' } {
    return this.#composed([node], ([text]) => (isNegated ? `(NOT ${text})` : (text ?? '')));
  }

  #exclusion(node: N): Qual {
    const noneOf = this.#reader.excludedBy(node);
    return { ...this.#other(node, true), isExclusion: true, ...(noneOf !== undefined && { noneOf }) };
  }

  #composed(nodes: readonly N[], compose: (texts: readonly string[]) => string): Qual & { readonly kind: 'other' } {
    const parts = nodes.map((node) => this.#reader.describe(node));
    const texts = parts.map(({ text }) => text).filter((text) => text !== undefined);
    const columns = parts.flatMap((part) => part.columns);
    return { kind: 'other', columns, ...(texts.length === nodes.length && { text: compose(texts) }) };
  }
}

/** The comparison, in the type that the other constant has a say in too. */
function besides(qual: Qual, alongside: Constant | undefined): Qual {
  // Of two literals of one type, the other says nothing more.
  if (qual.kind !== 'compare' || alongside === undefined) return qual;
  return isLiteral(qual.value) && isLiteral(alongside) ? qual : { ...qual, alongside };
}

function compared(column: ColumnRef, operator: Comparison | '=', value: Constant): Qual {
  return operator === '=' ? { kind: 'in', column, values: [value] } : { kind: 'compare', column, operator, value };
}

function computed(text: string): Qual {
  return { kind: 'constant', value: { kind: 'expression', text } };
}

function opposite(value: Constant): Constant {
  if (value.kind === 'literal' && typeof value.value === 'boolean') return { kind: 'literal', value: !value.value };
  if (value.kind === 'literal' && value.value === null) return value;
  return { kind: 'expression', text: `(NOT ${constantText(value)})` };
}

/** Quals under one AND or OR: what is of the same kind loses its parentheses, and one alone needs no parent. */
export function joined(kind: 'and' | 'or', quals: readonly Qual[]): Qual {
  const flat = quals.flatMap((qual) => (qual.kind === kind ? qual.quals : [qual]));
  const merged = kind === 'or' ? mergeLists(flat) : flat;
  const [only] = merged;
  return merged.length === 1 && only !== undefined ? only : { kind, quals: merged };
}

/** `a = 1 OR b = 2 OR a = 3` is `a IN (1, 3) OR b = 2`. */
function mergeLists(quals: readonly Qual[]): readonly Qual[] {
  const lists = new Map<string, Constant[]>();
  const merged = quals.flatMap((qual): readonly Qual[] => {
    const key = listKey(qual);
    if (qual.kind !== 'in' || key === undefined) return [qual];
    const known = lists.get(key);
    if (known !== undefined) {
      for (const value of qual.values) known.push(value);
      return [];
    }
    const values = [...qual.values];
    lists.set(key, values);
    return [{ ...qual, values }];
  });
  return merged.map((qual) => (qual.kind === 'in' ? { ...qual, values: distinct(qual.values) } : qual));
}

/** What is asked for twice is one request. Of expressions, only the text is known. */
function distinct(values: readonly Constant[]): readonly Constant[] {
  if (values.length < 2) return values;
  const keyOf = (constant: Constant): string =>
    constant.kind === 'literal' ? `${constant.type ?? typeof constant.value} ${constant.value}` : constant.text;
  return [...new Map(values.map((constant) => [keyOf(constant), constant])).values()];
}

/** Lists of the same key may be one. In a list of several types, DuckDB compares in a type that holds them all. */
function listKey(qual: Qual): string | undefined {
  if (qual.kind !== 'in' || !qual.values.every(isLiteral) || !isOfOneType(qual.values)) return undefined;
  return `${typesOf(qual.values)[0] ?? 'null'} ${columnText(qual.column).toLowerCase()}`;
}

function isLiteral(constant: Constant): boolean {
  return constant.kind === 'literal';
}

function isOfOneType(constants: readonly (Constant | undefined)[]): boolean {
  return typesOf(constants).length < 2;
}

/** The types of the literals that are not NULL, each once. */
function typesOf(constants: readonly (Constant | undefined)[]): readonly string[] {
  const literals = constants.filter((constant) => constant?.kind === 'literal');
  const known = literals.filter(({ value }) => value !== null);
  return [...new Set(known.map(({ value, type = typeof value }) => type))];
}
