// xterm.js under a Content-Security-Policy without 'unsafe-inline'.
//
// It writes rules into <style> elements and colours into style attributes. The policy forbids both, but
// allows rules in a constructed style sheet and values set through CSSOM. So, while a terminal is open, its
// DOM calls are redirected: `style` elements keep their rules in an adopted sheet, and a `span` sets its
// style attribute through CSSOM. (xterm.js's option documentOverride covers only some of its parts.)

let users = 0;
let restore: (() => void) | null = null;

// Until the returned function is called.
export function allowStrictStyles(): () => void {
  users += 1;
  restore ??= install(document);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    users -= 1;
    if (users > 0) return;
    restore?.();
    restore = null;
  };
}

function install(page: Document): () => void {
  const sheets: CSSStyleSheet[] = [];
  const make = page.createElement.bind(page);
  page.createElement = ((name: string, options?: ElementCreationOptions) => {
    if (name !== 'style') return make(name, options);
    // Even an empty <style> is forbidden; a <template> shows nothing either.
    const element = make('template');
    sheets.push(holdRules(page, element));
    return element;
  }) as typeof page.createElement;

  const setAttribute = Element.prototype.setAttribute;
  HTMLSpanElement.prototype.setAttribute = function (this: HTMLSpanElement, name: string, value: string) {
    if (name === 'style') this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
  return () => {
    // Restores the methods of the prototypes.
    Reflect.deleteProperty(page, 'createElement');
    Reflect.deleteProperty(HTMLSpanElement.prototype, 'setAttribute');
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  };
}

// Text written into the element becomes rules of the page.
function holdRules(page: Document, element: HTMLElement): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
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
