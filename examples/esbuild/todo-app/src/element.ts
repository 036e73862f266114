type Child = Node | string;

declare global {
  namespace JSX {
    type Element = HTMLElement;
    interface IntrinsicElements {
      [tag: string]: Record<string, unknown>;
    }
  }
}

// What <tag name={value}>children</tag> turns into.
export function element(
  tag: string,
  properties: Record<string, unknown> | null,
  ...children: (Child | Child[])[]
): HTMLElement {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.flat());
  return made;
}
