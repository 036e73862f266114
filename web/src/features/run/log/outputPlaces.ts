// Places in a line of output: names of the project's files, with a line where the tool gives one.

export interface OutputPlace {
  path: string;
  line: number | null;
  column: number | null;
}

// `start` and `end` count characters of the text.
export interface PlaceInText extends OutputPlace {
  start: number;
  end: number;
}

const longestText = 4000;
const mostPlaces = 20;
// A run of characters that a path is written with. Each is looked at once, so this takes linear time.
const word = /[^\s"'`<>|,;()[\]{}]+/g;
const number = /^\d{1,7}$/;

// `isFile` tells whether the project has a file of that path; nothing else becomes a place.
export function placesIn(text: string, isFile: (path: string) => boolean): PlaceInText[] {
  const places: PlaceInText[] = [];
  for (const match of text.slice(0, longestText).matchAll(word)) {
    if (places.length === mostPlaces) break;
    const [first = '', ...numbers] = match[0].split(':');
    const path = first.replace(/^(?:\/work\/|(?:\.\/)+)/, '');
    if (path === '' || !isFile(path)) continue;
    let end = match.index + first.length;
    const given: number[] = [];
    for (const part of numbers.slice(0, 2)) {
      if (!number.test(part)) break;
      given.push(Number(part));
      end += 1 + part.length;
    }
    // file(12,3) as msbuild has it, and Python's File "x.py", line 12.
    const after = given.length > 0 ? null : /^(?:\((\d{1,7})(?:,(\d{1,7}))?\)|", line (\d{1,7}))/.exec(text.slice(end, end + 30));
    if (after) {
      given.push(...[after[1] ?? after[3], after[2]].filter((part) => part !== undefined).map(Number));
      end += after[0].length;
    }
    places.push({ start: match.index, end, path, line: given[0] || null, column: given[1] || null });
  }
  return places;
}
