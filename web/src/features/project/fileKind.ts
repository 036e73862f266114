// How a file is shown. Never in a form that a browser would execute: pages, SVG and scripts are shown as
// text, and pictures as one of four types that cannot contain code.
const pictures: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};

export type Shown = { kind: 'text'; text: string } | { kind: 'picture'; type: string } | { kind: 'binary' };

export function shownAs(path: string, bytes: Uint8Array): Shown {
  const type = pictures[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
  if (type !== undefined && looksLike(type, bytes)) return { kind: 'picture', type };
  if (bytes.subarray(0, 8192).includes(0)) return { kind: 'binary' };
  return { kind: 'text', text: new TextDecoder().decode(bytes) };
}

function looksLike(type: string, bytes: Uint8Array): boolean {
  const starts = (...wanted: number[]): boolean => wanted.every((byte, i) => bytes[i] === byte);
  switch (type) {
    case 'image/png':
      return starts(0x89, 0x50, 0x4e, 0x47);
    case 'image/jpeg':
      return starts(0xff, 0xd8, 0xff);
    case 'image/gif':
      return starts(0x47, 0x49, 0x46, 0x38);
    default:
      return starts(0x52, 0x49, 0x46, 0x46);
  }
}
