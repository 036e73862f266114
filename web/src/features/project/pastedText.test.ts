import { describe, expect, it } from 'vitest';
import { nameOfText } from './pastedText';

describe('the name of pasted text', () => {
  it.each([
    ['#!/usr/bin/env python3\nprint(1)', 'pasted.py'],
    ['#!/bin/sh\necho $1', 'pasted.sh'],
    ['import os\nimport sys\n', 'pasted.py'],
    ['#include <stdio.h>\nint main(void) { return 0; }', 'pasted.c'],
    ['#include <vector>\nint main() {}', 'pasted.cc'],
    ['package main\n\nfunc main() {}', 'pasted.go'],
    ['public class A { }', 'Pasted.java'],
    ['const a = 1;\n', 'pasted.js'],
    ['{"a": [1]}', 'pasted.json'],
    ['Just some words.', 'pasted.txt'],
  ])('%j is %s', (text, name) => expect(nameOfText(text)).toBe(name));

  it('is found quickly', () => {
    const before = process.cpuUsage();
    nameOfText('a'.repeat(5_000_000));
    nameOfText(' '.repeat(5_000_000));
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2);
  });
});
