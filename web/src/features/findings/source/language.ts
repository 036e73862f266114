// Syntax highlighting by the file's name. Each language is a separate chunk.
import { StreamLanguage, type StreamParser } from '@codemirror/language';
import type { Extension } from '@codemirror/state';

type Load = () => Promise<StreamParser<unknown>>;
const as = (parser: unknown): StreamParser<unknown> => parser as StreamParser<unknown>;

const clike = (name: 'c' | 'cpp' | 'java' | 'csharp' | 'kotlin' | 'scala' | 'objectiveC' | 'dart'): Load => async () => as((await import('@codemirror/legacy-modes/mode/clike'))[name]);
const script = (name: 'javascript' | 'typescript' | 'json'): Load => async () => as((await import('@codemirror/legacy-modes/mode/javascript'))[name]);

const languages: [string, Load][] = [
  ['c h', clike('c')],
  ['cc cpp cxx c++ hh hpp hxx h++ ino cu', clike('cpp')],
  ['java', clike('java')],
  ['cs', clike('csharp')],
  ['kt kts', clike('kotlin')],
  ['scala sc', clike('scala')],
  ['m mm', clike('objectiveC')],
  ['dart', clike('dart')],
  ['js mjs cjs jsx', script('javascript')],
  ['ts mts cts tsx', script('typescript')],
  ['json jsonc', script('json')],
  ['py pyi pyw', async () => as((await import('@codemirror/legacy-modes/mode/python')).python)],
  ['sh bash zsh ksh bats', async () => as((await import('@codemirror/legacy-modes/mode/shell')).shell)],
  ['go', async () => as((await import('@codemirror/legacy-modes/mode/go')).go)],
  ['rs', async () => as((await import('@codemirror/legacy-modes/mode/rust')).rust)],
  ['rb rake gemspec', async () => as((await import('@codemirror/legacy-modes/mode/ruby')).ruby)],
  ['pl pm t', async () => as((await import('@codemirror/legacy-modes/mode/perl')).perl)],
  ['lua', async () => as((await import('@codemirror/legacy-modes/mode/lua')).lua)],
  ['css', async () => as((await import('@codemirror/legacy-modes/mode/css')).css)],
  ['scss', async () => as((await import('@codemirror/legacy-modes/mode/css')).sCSS)],
  ['less', async () => as((await import('@codemirror/legacy-modes/mode/css')).less)],
  ['html htm', async () => as((await import('@codemirror/legacy-modes/mode/xml')).html)],
  ['xml svg xsd xsl pom csproj', async () => as((await import('@codemirror/legacy-modes/mode/xml')).xml)],
  ['yaml yml', async () => as((await import('@codemirror/legacy-modes/mode/yaml')).yaml)],
  ['toml', async () => as((await import('@codemirror/legacy-modes/mode/toml')).toml)],
  ['cmake', async () => as((await import('@codemirror/legacy-modes/mode/cmake')).cmake)],
  ['sql', async () => as((await import('@codemirror/legacy-modes/mode/sql')).standardSQL)],
  ['swift', async () => as((await import('@codemirror/legacy-modes/mode/swift')).swift)],
  ['r', async () => as((await import('@codemirror/legacy-modes/mode/r')).r)],
  ['hs', async () => as((await import('@codemirror/legacy-modes/mode/haskell')).haskell)],
  ['ps1 psm1', async () => as((await import('@codemirror/legacy-modes/mode/powershell')).powerShell)],
  ['groovy gradle', async () => as((await import('@codemirror/legacy-modes/mode/groovy')).groovy)],
  ['ini cfg conf properties', async () => as((await import('@codemirror/legacy-modes/mode/properties')).properties)],
  ['diff patch', async () => as((await import('@codemirror/legacy-modes/mode/diff')).diff)],
  ['dockerfile', async () => as((await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile)],
];
const bySuffix = new Map(languages.flatMap(([suffixes, load]) => suffixes.split(' ').map((suffix) => [suffix, load] as const)));
const byName: Record<string, string> = { dockerfile: 'dockerfile', containerfile: 'dockerfile', 'cmakelists.txt': 'cmake', rakefile: 'rb', gemfile: 'rb' };

export function suffixOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return byName[name] ?? (name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '');
}

export const hasLanguage = (path: string): boolean => bySuffix.has(suffixOf(path));

export async function languageOf(path: string): Promise<Extension> {
  const load = bySuffix.get(suffixOf(path));
  return load ? StreamLanguage.define(await load()) : [];
}
