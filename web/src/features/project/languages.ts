// The languages of a project, by the size of their files.
import type { ProjectFile } from '../../api/types';

export interface Share {
  language: string;
  percent: number;
}

const names: Record<string, string> = {
  C: 'c h',
  'C++': 'cc cpp cxx c++ hh hpp hxx h++ ipp tcc inl',
  Python: 'py pyi pyw',
  JavaScript: 'js mjs cjs jsx',
  TypeScript: 'ts mts cts tsx',
  Java: 'java',
  Kotlin: 'kt kts',
  Scala: 'scala sc',
  Go: 'go',
  Rust: 'rs',
  Ruby: 'rb rake gemspec',
  PHP: 'php phtml',
  Perl: 'pl pm t',
  Shell: 'sh bash zsh ksh bats',
  Lua: 'lua',
  'C#': 'cs',
  'F#': 'fs fsx',
  Swift: 'swift',
  'Objective-C': 'm mm',
  Haskell: 'hs lhs',
  OCaml: 'ml mli',
  Erlang: 'erl hrl',
  Elixir: 'ex exs',
  Clojure: 'clj cljs cljc',
  R: 'r',
  Julia: 'jl',
  Fortran: 'f f77 f90 f95 f03',
  Pascal: 'pas pp dpr',
  Ada: 'adb ads',
  D: 'd',
  Dart: 'dart',
  Zig: 'zig',
  Nim: 'nim',
  Haxe: 'hx',
  Tcl: 'tcl',
  Assembly: 's asm',
  SQL: 'sql',
  HTML: 'html htm xhtml',
  CSS: 'css scss sass less',
  CMake: 'cmake',
  Awk: 'awk',
  Verilog: 'v sv',
  VHDL: 'vhd vhdl',
  PowerShell: 'ps1 psm1',
  Vala: 'vala',
};
const byEnding = new Map(Object.entries(names).flatMap(([language, endings]) => endings.split(' ').map((ending) => [ending, language] as const)));
const byName = new Map([
  ['CMakeLists.txt', 'CMake'],
  ['Makefile', 'Make'],
  ['GNUmakefile', 'Make'],
  ['Dockerfile', 'Dockerfile'],
  ['Rakefile', 'Ruby'],
  ['Gemfile', 'Ruby'],
]);
const mostNamed = 4;

export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return byName.get(name) ?? (dot > 0 ? (byEnding.get(name.slice(dot + 1).toLowerCase()) ?? null) : null);
}

// The largest first; those below one percent are left out. A header belongs to C++ where the project has sources of it and none of C.
export function languagesOf(files: readonly ProjectFile[]): Share[] {
  const sizes = new Map<string, number>();
  let headers = 0;
  let cSources = false;
  for (const { path, sizeBytes } of files) {
    const language = languageOf(path);
    if (language === null) continue;
    if (/\.h$/i.test(path)) headers += sizeBytes;
    else if (language === 'C') cSources = true;
    sizes.set(language, (sizes.get(language) ?? 0) + sizeBytes);
  }
  if (!cSources && sizes.has('C++')) {
    sizes.set('C++', (sizes.get('C++') ?? 0) + headers);
    sizes.set('C', (sizes.get('C') ?? 0) - headers);
  }
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return [...sizes]
    .map(([language, size]) => ({ language, percent: total === 0 ? 0 : Math.round((size * 100) / total) }))
    .filter(({ percent }) => percent >= 1)
    .sort((a, b) => b.percent - a.percent || a.language.localeCompare(b.language));
}

// "C++ 78 %, Python 9 %, 3 others"
export function languageWords(shares: readonly Share[]): string {
  const named = shares.slice(0, mostNamed).map(({ language, percent }) => `${language} ${percent}\u00a0%`);
  const others = shares.length - named.length;
  if (others > 0) named.push(others === 1 ? '1 other' : `${others} others`);
  return named.join(', ');
}
