// Pasted text as a file: its name tells the tools what it is.

const guesses: [RegExp, string][] = [
  [/^#!.*\bpython/, 'pasted.py'],
  [/^#!.*\b(ba|z|k|da)?sh\b/, 'pasted.sh'],
  [/^#!.*\bperl/, 'pasted.pl'],
  [/^#!.*\bruby/, 'pasted.rb'],
  [/^#!.*\bnode/, 'pasted.js'],
  [/^\s*<\?php/, 'pasted.php'],
  [/^\s*<(!doctype html|html)\b/i, 'pasted.html'],
  [/^\s*<\?xml/, 'pasted.xml'],
  [/(\bstd::|#include\s*<[a-z_]+>|\btemplate\s*<|\bnamespace\s+\w+\s*\{)/, 'pasted.cc'],
  [/^[ \t]*#[ \t]*include\b/m, 'pasted.c'],
  [/^[ \t]*package\s+\w+$/m, 'pasted.go'],
  [/\bpublic\s+(final\s+)?(class|interface|enum)\b/, 'Pasted.java'],
  [/^[ \t]*(fn|pub fn|impl|use\s+\w+::)\b/m, 'pasted.rs'],
  [/^[ \t]*(def|class)\s+\w+.*:$|^[ \t]*(from [\w.]+ )?import [\w., ]+$/m, 'pasted.py'],
  [/^[ \t]*(const|let|var)\s+\w+\s*=|=>\s*\{|\bfunction\s+\w+\s*\(/m, 'pasted.js'],
];
const looked = 20_000;

export function nameOfText(text: string): string {
  const start = text.slice(0, looked);
  if (/^\s*[[{]/.test(start)) {
    try {
      JSON.parse(text);
      return 'pasted.json';
    } catch {
      // Not JSON.
    }
  }
  return guesses.find(([pattern]) => pattern.test(start))?.[1] ?? 'pasted.txt';
}

export const textFile = (text: string, name = nameOfText(text)): File => new File([text.endsWith('\n') ? text : `${text}\n`], name, { type: 'text/plain' });
