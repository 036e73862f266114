import { describe, expect, it } from 'vitest';
import { shownAs } from './fileKind';
import { treeOf } from './fileTree';
import { sift } from './folder';
import { stillKept, withProject, type RecentProject } from './recentProjects';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const project = (projectId: string, expiresAt = '2100-01-01T00:00:00Z'): RecentProject => ({
  projectId,
  name: projectId,
  fileCount: 1,
  totalBytes: 1,
  expiresAt,
});

describe('a file', () => {
  it('is shown as text, whatever a browser would make of it', () => {
    for (const path of ['x.html', 'x.svg', 'x.js', 'x.xml', 'x']) {
      expect(shownAs(path, bytes('<script>alert(1)</script>')).kind).toBe('text');
    }
  });
  it('is a picture only where name and bytes agree', () => {
    expect(shownAs('a.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0]))).toEqual({ kind: 'picture', type: 'image/png' });
    expect(shownAs('a.png', bytes('<svg onload=alert(1)>')).kind).toBe('text');
    expect(shownAs('a.svg', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0])).kind).toBe('binary');
  });
});

describe('a tree of files', () => {
  it('has folders first, each once', () => {
    const tree = treeOf(['b.c', 'src/z.c', 'a.c', 'src/deep/x.c'].map((path) => ({ path, sizeBytes: 1 })));
    expect(tree.files.map((file) => file.path)).toEqual(['a.c', 'b.c']);
    expect(tree.folders.map((folder) => folder.path)).toEqual(['src']);
    expect(tree.folders[0]?.folders[0]?.path).toBe('src/deep');
  });
});

describe('a folder', () => {
  const file = {} as File;
  it('goes without what no tool wants, and says what', () => {
    const paths = ['a.c', '.git/config', 'web/node_modules/x/y.js', '.DS_Store', 'node_modules.txt'];
    const folder = sift('f', paths.map((path) => ({ path, file })));
    expect(folder.files.map((one) => one.path)).toEqual(['a.c', 'node_modules.txt']);
    expect(folder.leftOut).toEqual(['.DS_Store', '.git', 'node_modules']);
  });
  it('has a bound', () => {
    const many = Array.from({ length: 50_001 }, (_, i) => ({ path: `${i}`, file }));
    expect(() => sift('f', many)).toThrow('more than 50000');
    expect(sift('f', many.slice(1)).files.length).toBe(50_000);
  });
});

describe('recent projects', () => {
  it('are the newest first, each once, twelve at most', () => {
    let list: RecentProject[] = [];
    for (let i = 0; i < 20; i++) list = withProject(list, project(`p${i}`));
    list = withProject(list, project('p15'));
    expect(list.length).toBe(12);
    expect(list.slice(0, 2).map((one) => one.projectId)).toEqual(['p15', 'p19']);
  });
  it('go when the server no longer keeps them', () => {
    expect(stillKept([project('old', '2000-01-01T00:00:00Z'), project('new')]).map((one) => one.projectId)).toEqual(['new']);
  });
});
