import { describe, expect, it } from 'vitest';
import { languagesOf, languageWords } from './languages';

const files = (all: Record<string, number>) => Object.entries(all).map(([path, sizeBytes]) => ({ path, sizeBytes }));

describe('languages', () => {
  it('are shares of the size, the largest first', () => {
    const shares = languagesOf(files({ 'a.cc': 780, 'src/b.py': 90, 'CMakeLists.txt': 130, 'README.md': 5000, '.gitignore': 7 }));
    expect(languageWords(shares)).toBe('C++ 78\u00a0%, CMake 13\u00a0%, Python 9\u00a0%');
  });

  it('give headers to the language whose sources there are', () => {
    expect(languageWords(languagesOf(files({ 'a.cpp': 50, 'a.h': 50 })))).toBe('C++ 100\u00a0%');
    expect(languageWords(languagesOf(files({ 'a.c': 50, 'a.h': 50 })))).toBe('C 100\u00a0%');
    expect(languageWords(languagesOf(files({ 'a.h': 50 })))).toBe('C 100\u00a0%');
  });

  it('are counted where there are many, and nothing where there are none', () => {
    expect(languageWords(languagesOf(files({ 'a.py': 30, 'a.go': 25, 'a.rs': 20, 'a.rb': 15, 'a.lua': 6, 'a.c': 4 })))).toMatch(/, 2 others$/);
    expect(languageWords(languagesOf(files({ 'notes.txt': 1, 'empty.py': 0 })))).toBe('');
  });
});
