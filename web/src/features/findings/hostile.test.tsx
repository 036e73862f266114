// Whatever a tool writes into a finding stays text, in the page and in the source.
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../api/findingTypes';
import type { Tool } from '../../api/types';
import { LiveFindings } from '../run/LiveFindings';
import { FindingTree } from './FindingTree';
import { FindingWords } from './FindingWords';
import { inOrder } from './findingList';
import type { Found } from './place';
import { ruleHelp } from './ruleHelp';
import { FoundWidget } from './source/foundWidget';

const script = '<script>document.title="pwned"</script><img src=x onerror=alert(1)>\u202e';
const hostile: Finding = {
  path: '../../etc/passwd', line: 1, column: 1, endLine: null, endColumn: null, severity: 'error', rule: script, message: script,
  fingerprint: null, outputLine: 1, helpUri: 'javascript:alert(1)', related: [{ path: script, line: 1, column: null, endLine: null, endColumn: null, message: script }],
};
const tool = (url: string): Tool => ({ id: 't', name: script, findings: { url } }) as Tool;
const found = inOrder([{ jobId: 'j', toolId: 't', findings: [hostile, { ...hostile, path: `a/${script.replace(/\//g, '')}` }] }]);
const first = found[0] as Found;

// An element that can only hold text, other elements and the named properties.
class PlainElement {
  className = '';
  textContent = '';
  href = '';
  rel = '';
  target = '';
  readonly children: (PlainElement | string)[] = [];
  constructor(readonly name: string) {
    Object.seal(this);
  }
  append(...all: (PlainElement | string)[]): void {
    this.children.push(...all);
  }
  addEventListener(): void {
    // Nobody clicks.
  }
  get all(): PlainElement[] {
    return [this, ...this.children.flatMap((child) => (typeof child === 'string' ? [] : child.all))];
  }
}
afterEach(() => vi.unstubAllGlobals());

function drawn(help: (one: Found) => string | null): PlainElement[] {
  vi.stubGlobal('document', { createElement: (name: string) => new PlainElement(name) });
  const widget = new FoundWidget([first], null, { toolName: () => script, help, choose: () => undefined });
  return (widget.toDOM({} as never) as unknown as PlainElement).all;
}

describe('a hostile finding', () => {
  it('is text in the words, the tree and the live list', () => {
    const pages = [
      <FindingWords found={first} tool={tool('http://evil.example/{rule}')} />,
      <FindingTree list={found} current={first} opened={new Map()} onOpen={() => undefined} onChoose={() => undefined} />,
      <LiveFindings findings={{ total: 1, error: 1, warning: 0, note: 0, latest: [hostile] }} />,
    ].map((page) => renderToStaticMarkup(page));
    for (const page of pages) {
      expect(page).toContain('&lt;script&gt;');
      expect(page).toContain('⟨U+202E⟩');
      expect(page).not.toMatch(/<script|<img|<a |\u202e/);
    }
  });
  it('is text in the source', () => {
    const elements = drawn((one) => ruleHelp(one, tool('http://evil.example/{rule}')));
    expect(new Set(elements.map(({ name }) => name))).toEqual(new Set(['div', 'span']));
    expect(elements.filter(({ textContent }) => textContent.includes('<script>')).length).toBeGreaterThanOrEqual(4);
    expect(elements.some(({ textContent }) => textContent.includes('\u202e'))).toBe(false);
  });
  it('links to the help of its rule where that is https, and gives nothing away', () => {
    const words = renderToStaticMarkup(<FindingWords found={first} tool={tool('https://help.example/{rule}')} />);
    expect(words).toMatch(/<a href="https:\/\/help\.example\/%3Cscript%3E[^"<>]*" target="_blank" rel="noopener noreferrer"/);
    const link = drawn((one) => ruleHelp(one, tool('https://help.example/{rule}'))).find(({ name }) => name === 'a');
    expect(link?.href).toMatch(/^https:\/\/help\.example\/%3Cscript/);
    expect(link?.rel).toBe('noopener noreferrer');
  });
});
