// Removes from a tool's output everything that could do more than colour and place text.
//
// Kept: text, newline, carriage return, tab, backspace; colours (SGR); moving the cursor a few lines or
// columns, erasing on the line or below it, as progress bars do. Dropped: terminal strings (OSC, DCS, APC,
// PM, SOS: links, clipboard, titles, palettes), modes, queries, resets, clearing and jumping, 8-bit controls,
// bells. Characters that change the text direction are shown as their code. A sequence may be split between
// two pieces; a line break ends any sequence, so that it cannot hide the text after it.

type State = 'text' | 'escape' | 'escapeIntermediate' | 'csi' | 'string' | 'stringEscape';

const longestSequence = 128;
const keptFinals = new Set(['m', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'K', 'P', 'X', '@']);

export class TameText {
  #state: State = 'text';
  #sequence = '';

  push(text: string): string {
    let out = '';
    let plainFrom = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#state === 'text' && (code >= 0x20 ? isPlain(code) : code === 0x0a || code === 0x0d || code === 0x09 || code === 0x08)) {
        continue;
      }
      out += text.slice(plainFrom, i) + this.#step(text[i] ?? '', code);
      plainFrom = i + 1;
    }
    return out + text.slice(plainFrom);
  }

  #step(character: string, code: number): string {
    if (code === 0x0a) return this.#end('\n');
    if (code === 0x18 || code === 0x1a) return this.#end('');
    switch (this.#state) {
      case 'text':
        return this.#fromText(code);
      case 'escape':
        return this.#fromEscape(character, code);
      case 'escapeIntermediate':
        if (code < 0x20 || code > 0x2f) this.#state = 'text';
        return '';
      case 'csi':
        return this.#inCsi(character, code);
      case 'string':
        if (code === 0x1b) this.#state = 'stringEscape';
        else if (code === 0x07 || code === 0x9c) this.#state = 'text';
        return '';
      case 'stringEscape':
        if (character === '\\') this.#state = 'text';
        else if (code !== 0x1b) this.#state = 'string';
        return '';
    }
  }

  #fromText(code: number): string {
    if (code === 0x1b) this.#state = 'escape';
    else if (code === 0x9b) this.#startCsi();
    else if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f)) this.#state = 'string';
    else if (isTurning(code)) return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
    return '';
  }

  #fromEscape(character: string, code: number): string {
    if (character === '[') this.#startCsi();
    else if (']PX^_'.includes(character)) this.#state = 'string';
    else if (code >= 0x20 && code <= 0x2f) this.#state = 'escapeIntermediate';
    else if (code !== 0x1b) this.#state = 'text';
    return '';
  }

  #startCsi(): void {
    this.#state = 'csi';
    this.#sequence = '';
  }

  #inCsi(character: string, code: number): string {
    if (code === 0x1b) {
      this.#state = 'escape';
      return '';
    }
    if (code < 0x20 || code === 0x7f) return '';
    if (code >= 0x40) {
      const sequence = this.#sequence;
      this.#state = 'text';
      return isKept(sequence, character) ? `\x1b[${sequence}${character}` : '';
    }
    if (this.#sequence.length < longestSequence) this.#sequence += character;
    else this.#sequence = '?'; // longer than any kept sequence
    return '';
  }

  #end(text: string): string {
    this.#state = 'text';
    this.#sequence = '';
    return text;
  }
}

function isKept(parameters: string, final: string): boolean {
  if (!/^[0-9;:]*$/.test(parameters)) return false;
  if (final === 'J') return parameters === '' || parameters === '0';
  return keptFinals.has(final);
}

const isTurning = (code: number): boolean =>
  (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x200e || code === 0x200f || code === 0x061c;

const isPlain = (code: number): boolean => code < 0x7f || (code > 0x9f && !(code >= 0x61c && isTurning(code)));

// The same text without colours and movements; an overwritten line keeps its last state.
export function plainText(text: string): string {
  const tame = new TameText().push(text.replace(/\r\n/g, '\n'));
  const bare = tame.replace(/\x1b\[[0-9;:]*[@-~]/g, '').replace(/\x08/g, '');
  return bare.includes('\r') ? bare.replace(/[^\n]*\r(?=[^\n])/g, '').replace(/\r/g, '') : bare;
}
