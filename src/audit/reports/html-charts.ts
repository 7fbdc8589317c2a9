/**
 * Pictures as SVG in the page: counts as stacked bars, values as a histogram. What they show stands in words beside them, since a
 * picture tells a screen reader nothing.
 *
 * @module
 */

import { escaped } from '../../output/html.ts';

export interface Part {
  /** Of the style's: `alarm`, `ok`. */
  readonly kind: string;
  readonly count: number;
}

export interface Bar {
  readonly label: string;
  readonly parts: readonly Part[];
}

const WIDTH = 640;
const LABELS = 230;
const FIGURES = 44;
const ROW = 26;

/** Bars one below the other, each as long as its sum. */
export function stackedBars(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(sumOf));
  const scale = (WIDTH - LABELS - FIGURES) / most;
  const rows = bars.map((bar, index) => {
    const y = index * ROW + 4;
    let x = LABELS;
    const pieces = bar.parts
      .filter(({ count }) => count > 0)
      .map(({ kind, count }) => {
        const piece = `<rect class="f-${kind}" x="${round(x)}" y="${y}" width="${round(count * scale)}" height="18"/>`;
        x += count * scale;
        return piece;
      });
    const label = `<text x="${LABELS - 8}" y="${y + 14}" text-anchor="end">${escaped(shortened(bar.label))}</text>`;
    return `${label}${pieces.join('')}<text class="dim" x="${round(x + 6)}" y="${y + 14}">${sumOf(bar)}</text>`;
  });
  return picture(title, bars.length * ROW + 4, rows.join('\n'));
}

function sumOf({ parts }: Bar): number {
  return parts.reduce((sum, { count }) => sum + count, 0);
}

function shortened(label: string): string {
  const characters = [...label];
  return characters.length > 29 ? `${characters.slice(0, 28).join('')}…` : label;
}

/** A value, and whether its object is as it should be. */
export interface Measured {
  readonly value: number;
  readonly isAlarm: boolean;
}

export interface Bin {
  /** From here, up to where the next begins. */
  readonly from: number;
  readonly to: number;
  readonly alarms: number;
  readonly others: number;
}

const MOST_BINS = 12;

/** Values in at most twelve classes of one width, which is 1, 2 or 5 times a power of ten. */
export function binsOf(values: readonly Measured[]): readonly Bin[] {
  if (values.length === 0) return [];
  const least = values.reduce((low, { value }) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = values.reduce((high, { value }) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  const width = widthFor(most - least);
  const first = Math.floor(least / width);
  const count = Math.floor(most / width) - first + 1;
  const alarms = new Array<number>(count).fill(0);
  const others = new Array<number>(count).fill(0);
  for (const { value, isAlarm } of values) {
    const at = Math.min(count - 1, Math.max(0, Math.floor(value / width) - first));
    const into = isAlarm ? alarms : others;
    into[at] = (into[at] ?? 0) + 1;
  }
  return alarms.map((own, index) => ({
    from: tidy((first + index) * width),
    to: tidy((first + index + 1) * width),
    alarms: own,
    others: others[index] ?? 0,
  }));
}

function widthFor(range: number): number {
  const rough = range / (MOST_BINS - 1);
  if (!(rough > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}

/** Sums of parts that binary fractions do not hold: 0.30000000000000004. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

const HEIGHT = 150;

/** Upright bars, alarms at the bottom. */
export function histogram(title: string, bins: readonly Bin[]): string {
  const most = Math.max(1, ...bins.map(({ alarms, others }) => alarms + others));
  const step = WIDTH / Math.max(1, bins.length);
  const scale = (HEIGHT - 20) / most;
  const bars = bins.map(({ from, alarms, others }, index) => {
    const [x, width] = [round(index * step + 3), round(step - 6)];
    const [low, high] = [alarms * scale, others * scale];
    const bar = (kind: string, y: number, height: number): string =>
      height === 0
        ? ''
        : `<rect class="f-${kind}" x="${x}" y="${round(y)}" width="${width}" height="${round(height)}"/>`;
    const top = HEIGHT - low - high;
    const middle = round(index * step + step / 2);
    const count =
      alarms + others === 0
        ? ''
        : `<text class="dim" x="${middle}" y="${round(top - 4)}" text-anchor="middle">${alarms + others}</text>`;
    const edge = `<text x="${middle}" y="${HEIGHT + 18}" text-anchor="middle">${from}</text>`;
    return `${bar('alarm', HEIGHT - low, low)}${bar('info', top, high)}${count}${edge}`;
  });
  const axis = `<line class="axis" x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}"/>`;
  return picture(title, HEIGHT + 26, `${axis}${bars.join('\n')}`);
}

function picture(title: string, height: number, inside: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">\n${inside}\n</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
