// Steps over time as a picture: SVG without scripts or fonts of its own.

interface Series {
  readonly name: string;
  /** In order of time; each holds until the next. */
  readonly points: readonly { readonly seconds: number; readonly value: number }[];
}

export interface ChartSpec {
  readonly title: string;
  readonly series: readonly Series[];
  readonly endSeconds: number;
  /** What the upright axis counts. */
  readonly unit: string;
}

const WIDTH = 960;
const HEIGHT = 420;
const LEFT = 60;
const RIGHT = 20;
const TOP = 60;
const BOTTOM = 50;
/** Told apart by people who do not see red and green as others do (Okabe and Ito). */
const COLOURS = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
/** About so many lines across. */
const TICKS = 6;
/** Steps that people read well, of each power of ten; seconds have their own. */
const STEPS = [1, 2, 5, 10];
const SECONDS_STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 1800];

export function stepChart({ title, series, endSeconds, unit }: ChartSpec): string {
  const most = Math.max(1, ...series.flatMap(({ points }) => points.map(({ value }) => value)));
  const step = niceStep(most / TICKS);
  const highest = Math.ceil(most / step) * step;
  const x = (seconds: number): number => LEFT + (seconds / Math.max(1, endSeconds)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / highest) * (HEIGHT - TOP - BOTTOM);
  const ticks = (to: number, every: number): readonly number[] =>
    Array.from({ length: Math.floor(to / every + 1e-9) + 1 }, (_, index) => every * index);
  const everySeconds = SECONDS_STEPS.find((seconds) => seconds >= endSeconds / TICKS) ?? endSeconds / TICKS;
  const lines = series.map(({ points }, index) => {
    const [first] = points;
    if (first === undefined) return '';
    const path = points.map(({ seconds, value }) => `H${x(seconds).toFixed(1)} V${y(value).toFixed(1)}`).join(' ');
    const colour = COLOURS[index % COLOURS.length];
    return `<path d="M${x(first.seconds).toFixed(1)} ${y(first.value).toFixed(1)} ${path} H${x(endSeconds).toFixed(1)}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  });
  const legend = series.map(({ name }, index) => {
    const left = LEFT + (index * (WIDTH - LEFT - RIGHT)) / series.length;
    return `<rect x="${left}" y="34" width="14" height="14" fill="${COLOURS[index % COLOURS.length]}"/>${text({ x: left + 20, y: 46, words: name })}`;
  });
  const rows = ticks(highest, step).map((value) => {
    const at = y(value).toFixed(1);
    const line = `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#ddd"/>`;
    return line + text({ x: LEFT - 8, y: y(value) + 4, words: shortNumber(value), anchor: 'end' });
  });
  const columns = ticks(endSeconds, everySeconds).map((value) =>
    text({ x: x(value), y: HEIGHT - BOTTOM + 20, words: clock(value), anchor: 'middle' }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title><rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text({ x: LEFT, y: 22, words: title, weight: 'bold' }),
    ...rows,
    ...columns,
    text({ x: LEFT - 50, y: TOP - 8, words: unit }),
    text({ x: WIDTH - RIGHT, y: HEIGHT - 10, words: 'minutes:seconds', anchor: 'end' }),
    ...lines,
    ...legend,
    '</svg>\n',
  ].join('\n');
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (STEPS.find((step) => step * power >= least) ?? 10) * power;
}

function text(options: { x: number; y: number; words: string; anchor?: string; weight?: string }): string {
  const { x, y, words, anchor = 'start', weight = 'normal' } = options;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-weight="${weight}" fill="#222">${escaped(words)}</text>`;
}

function shortNumber(value: number): string {
  return String(Number(value.toFixed(1)));
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
