// How a style looks on the page, in both themes. Text stays readable: an ink too near its background is moved away from it.
import { palette } from '../palette';
import { trueColour, unset, type Style } from '../text/lineStyle';

type Rgb = readonly [number, number, number];
const leastContrast = 4.5;
const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white', 'brightBlack', 'brightRed', 'brightGreen', 'brightYellow', 'brightBlue', 'brightMagenta', 'brightCyan', 'brightWhite'] as const;

const fromHex = (text: string): Rgb => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)) as unknown as Rgb;
const css = ([red, green, blue]: Rgb): string => `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`;

function rgbOf(colour: number, isDark: boolean, otherwise: Rgb): Rgb {
  if (colour === unset) return otherwise;
  if (colour >= trueColour) return [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
  const name = names[colour];
  if (name !== undefined) return fromHex(palette(isDark)[name] ?? '#808080');
  if (colour >= 232) return Array(3).fill(8 + (colour - 232) * 10) as unknown as Rgb;
  const step = (part: number): number => (part === 0 ? 0 : 55 + part * 40);
  const cube = colour - 16;
  return [step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)];
}

export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [lightness(a), lightness(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

// WCAG's relative luminance.
function lightness(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

export function readable(ink: Rgb, paper: Rgb): Rgb {
  if (contrast(ink, paper) >= leastContrast) return ink;
  const goal = contrast([0, 0, 0], paper) > contrast([255, 255, 255], paper) ? 0 : 255;
  for (let part = 0.1; part < 1; part += 0.1) {
    const moved = ink.map((value) => value + (goal - value) * part) as unknown as Rgb;
    if (contrast(moved, paper) >= leastContrast) return moved;
  }
  return [goal, goal, goal];
}

export function setLook(element: HTMLElement, style: Style, isDark: boolean): void {
  const theme = palette(isDark);
  const [plainInk, plainPaper] = [fromHex(theme.foreground ?? '#000000'), fromHex(theme.background ?? '#ffffff')];
  let ink = rgbOf(style.ink, isDark, plainInk);
  let paper = rgbOf(style.paper, isDark, plainPaper);
  if (style.inverse) [ink, paper] = [paper, ink];
  if (style.dim) ink = ink.map((value, i) => value * 0.7 + (paper[i] ?? 0) * 0.3) as unknown as Rgb;
  if (style.dim || style.ink !== unset || style.paper !== unset || style.inverse) element.style.color = css(readable(ink, paper));
  if (style.paper !== unset || style.inverse) element.style.backgroundColor = css(paper);
  if (style.bold) element.style.fontWeight = '700';
  if (style.italic) element.style.fontStyle = 'italic';
  if (style.underline || style.strike) element.style.textDecoration = [style.underline && 'underline', style.strike && 'line-through'].filter(Boolean).join(' ');
}
