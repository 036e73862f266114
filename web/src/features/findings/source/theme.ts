// The look of the source, in the colours of the page.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.tagName, tags.heading], color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.inserted], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.atom, tags.null, tags.attributeName, tags.propertyName], color: 'var(--busy)' },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.className, tags.standard(tags.variableName)], color: 'var(--warn)' },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName)], fontWeight: '600' },
  { tag: [tags.deleted, tags.invalid], color: 'var(--bad)' },
]);

const severity = (name: string, colour: string): Record<string, Record<string, string>> => ({
  [`.cm-line.found-${name}`]: { backgroundColor: `var(--${colour}-soft)`, boxShadow: `inset 3px 0 0 var(--${colour})` },
  [`.found-range-${name}`]: { textDecoration: `underline wavy var(--${colour})`, textUnderlineOffset: '3px' },
  [`.found-item-${name}`]: { borderLeft: `3px solid var(--${colour})` },
  [`.found-item-${name} .found-severity`]: { color: `var(--${colour})` },
  [`.scroll-mark-${name}`]: { backgroundColor: `var(--${colour})` },
});

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--ink)', backgroundColor: 'var(--sheet)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
    lineHeight: '1.5',
    overflow: 'auto',
    containerType: 'inline-size',
    scrollbarColor: 'var(--line-strong) transparent',
  },
  '.cm-content': { paddingBottom: '40vh' },
  '.cm-content:focus-visible': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'var(--paper)', borderRight: '1px solid var(--line)' },
  '.cm-specialChar': { color: 'var(--bad)' },
  '.found-block': {
    position: 'sticky',
    left: '3.5rem',
    boxSizing: 'border-box',
    width: 'fit-content',
    maxWidth: 'min(60rem, calc(100cqi - 4.5rem))',
    padding: '2px 0 4px',
    fontFamily: 'system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif',
    whiteSpace: 'normal',
  },
  '.found-item': {
    margin: '2px 0',
    padding: '3px 8px',
    borderRadius: '0 4px 4px 0',
    backgroundColor: 'var(--sunken)',
    overflowWrap: 'anywhere',
    unicodeBidi: 'isolate',
    cursor: 'pointer',
  },
  '.found-item.found-current': { backgroundColor: 'var(--accent-soft)', boxShadow: '0 0 0 2px var(--accent)' },
  '.found-severity': { fontWeight: '600', marginRight: '0.5em' },
  '.found-note': { color: 'var(--muted)', marginLeft: '0.75em', fontSize: '12px' },
  '.found-note a': { color: 'inherit' },
  '.found-current .found-note': { color: 'var(--ink)' },
  '.found-related': { color: 'var(--muted)', fontSize: '12px' },
  '.found-current .found-related': { color: 'var(--ink)' },
  '.scroll-marks': { position: 'absolute', top: '0', right: '0', bottom: '0', width: '12px', zIndex: '5', pointerEvents: 'none' },
  '.scroll-mark': { position: 'absolute', right: '1px', width: '8px', height: '3px', padding: '0', border: '0', pointerEvents: 'auto', cursor: 'pointer' },
  ...severity('error', 'bad'),
  ...severity('warning', 'warn'),
  ...severity('note', 'busy'),
});

export const sourceLook = [look, syntaxHighlighting(colours)];
