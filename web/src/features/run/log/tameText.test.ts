import { describe, expect, it } from 'vitest';
import { plainText, TameText } from './tameText';

const tame = (...pieces: string[]): string => {
  const filter = new TameText();
  return pieces.map((piece) => filter.push(piece)).join('');
};

const hostile: [string, string][] = [
  ['a link that is a script', '\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\'],
  ['the clipboard', '\x1b]52;c;cm0gLXJmIC8=\x07click'],
  ['the title', '\x1b]0;pwned\x07click'],
  ['the palette', '\x1b]4;1;#ffffff\x1b\\\x1b]11;#000\x07click'],
  ['a device control string', '\x1bP$q"p\x1b\\click'],
  ['an application command', '\x1b_Gf=100;AAAA\x1b\\click'],
  ['a privacy message and a start of string', '\x1b^x\x1b\\\x1bXy\x1b\\click'],
  ['8-bit controls', '\x9d0;pwned\x9cclick\x9b?1000h\x90x\x9c'],
  ['modes: mouse, other screen, paste', '\x1b[?1000h\x1b[?1049h\x1b[?2004hclick'],
  ['queries that are answered', '\x1b[c\x1b[6n\x1b[>c\x1b[?6n\x05click'],
  ['resets and clearing', '\x1bc\x1b[2J\x1b[3J\x1b[!pclick'],
  ['jumps and scroll regions', '\x1b[1;1H\x1b[5;9r\x1b[10Sclick'],
  ['windows', '\x1b[8;1;1t\x1b[22;0tclick'],
  ['character sets and bells', '\x1b(0\x0e\x0f\x07\x1b#8click'],
];

describe('TameText', () => {
  it('keeps text, colours and what progress bars are made of', () => {
    const text = 'a\tb\r\n\x1b[1;38;2;1;2;3mc\x1b[0m\r50%\x1b[K\x1b[2A\x1b[3D\b日本😀\x1b[J\x1b[0J\n';
    expect(tame(text)).toBe(text);
  });

  it.each(hostile)('drops %s', (_what, text) => expect(tame(text)).toBe('click'));

  it.each(hostile)('drops %s, however it is cut', (_what, text) => {
    expect(tame(...text)).toBe('click');
    for (let cut = 1; cut < text.length; cut++) expect(tame(text.slice(0, cut), text.slice(cut))).toBe('click');
  });

  it('lets nothing swallow the lines that follow', () => {
    expect(tame('\x1b]0;never ends\nnext\n')).toBe('\nnext\n');
    expect(tame('\x1bP', 'never ends\n', 'next')).toBe('\nnext');
    expect(tame('\x1b[', '3\n1m')).toBe('\n1m');
  });

  it('drops a sequence of endless parameters', () => expect(tame(`\x1b[${'1;'.repeat(5000)}mx`)).toBe('x'));

  it('shows characters that turn the direction of writing', () => {
    expect(tame('a\u202eb\u2066c\u200fd')).toBe('a⟨U+202E⟩b⟨U+2066⟩c⟨U+200F⟩d');
  });

  it('is quick on a line without an end', () => {
    expect(tame('x'.repeat(5_000_000)).length).toBe(5_000_000);
  });
});

describe('plainText', () => {
  it('is without colours, and with the last state of a line that was written over', () => {
    expect(plainText('\x1b[31mred\x1b[0m\r\n10%\r50%\r100%\ndone\r\n')).toBe('red\n100%\ndone\n');
  });
  it('holds nothing of a link but its words', () => {
    expect(plainText('\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07')).toBe('click');
  });
});
