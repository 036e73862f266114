// A document for xterm.js under a Content-Security-Policy without 'unsafe-inline'.
//
// xterm.js writes its rules into <style> elements and colours into style attributes, both of which
// such a policy refuses. Rules in a constructed style sheet and values set through CSSOM are
// allowed, so elements of these two kinds are made to go that way. All else is the real document.

export interface StrictDocument {
  document: Document;
  // Takes the rules off the page again.
  release: () => void;
}

export function strictDocument(real: Document): StrictDocument {
  const sheets: CSSStyleSheet[] = [];
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = real.createElement(name, options);
    if (name === 'style') sheets.push(adopt(real, element));
    else if (name === 'span') redirectStyleAttribute(element);
    return element;
  };
  const document = new Proxy(real, {
    get(target, property) {
      if (property === 'createElement') return createElement;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, property, value) => Reflect.set(target, property, value, target),
  });
  const release = (): void => {
    real.adoptedStyleSheets = real.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  };
  return { document, release };
}

// What is written into the element goes into a sheet of the document instead.
function adopt(real: Document, element: HTMLElement): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  real.adoptedStyleSheets = [...real.adoptedStyleSheets, sheet];
  let text = '';
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set: (value: string) => {
      text = value;
      sheet.replaceSync(value);
    },
  });
  const remove = element.remove.bind(element);
  element.remove = () => {
    sheet.replaceSync('');
    remove();
  };
  return sheet;
}

function redirectStyleAttribute(element: HTMLElement): void {
  const setAttribute = element.setAttribute.bind(element);
  element.setAttribute = (name: string, value: string) => {
    if (name === 'style') element.style.cssText = value;
    else setAttribute(name, value);
  };
}
