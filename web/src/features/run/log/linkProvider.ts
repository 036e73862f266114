// Links of the terminal: places in its rows. Nothing that the tool writes becomes an address; a link calls `open`.
import type { IBufferLine, ILink, Terminal } from '@xterm/xterm';
import { placesIn, type OutputPlace } from './outputPlaces';

export interface PlaceLinks {
  isFile: (path: string) => boolean;
  open: (place: OutputPlace, text: string) => void;
}

// `links` is asked each time, because the project's files are known later than the output.
export function linkPlaces(terminal: Terminal, links: () => PlaceLinks | null): void {
  terminal.registerLinkProvider({
    provideLinks: (row, found) => {
      const line = terminal.buffer.active.getLine(row - 1);
      const given = links();
      if (!line || !given) return found(undefined);
      const { text, columns } = cellsOf(line);
      found(
        placesIn(text, given.isFile).map((place): ILink => {
          const range = { start: { x: (columns[place.start] ?? 0) + 1, y: row }, end: { x: (columns[place.end - 1] ?? 0) + 1, y: row } };
          return { range, text: text.slice(place.start, place.end), activate: () => given.open(place, text.trim()) };
        }),
      );
    },
  });
}

// The text of a row, and the column of each of its characters: a wide one takes two.
function cellsOf(line: IBufferLine): { text: string; columns: number[] } {
  let text = '';
  const columns: number[] = [];
  for (let column = 0; column < line.length; column += 1) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const characters = cell.getChars() || ' ';
    for (let i = 0; i < characters.length; i += 1) columns.push(column);
    text += characters;
  }
  return { text, columns };
}
