import { useId, type KeyboardEvent, type ReactNode } from 'react';

export interface Tab {
  name: string;
  title: ReactNode;
}

// Tabs as in the ARIA pattern: the arrow keys change the tab. The panel is the child.
export function Tabs(props: { label: string; tabs: readonly Tab[]; chosen: string; onChoose: (name: string) => void; children: ReactNode }) {
  const { tabs, chosen } = props;
  const id = useId();
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex(({ name }) => name === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    props.onChoose(next.name);
    document.getElementById(`${id}${next.name}`)?.focus();
  };
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-3">
      <div role="tablist" aria-label={props.label} className="flex gap-1 border-b border-line" onKeyDown={onKey}>
        {tabs.map(({ name, title }) => (
          <button
            key={name}
            id={`${id}${name}`}
            type="button"
            role="tab"
            aria-selected={name === chosen}
            aria-controls={`${id}panel`}
            tabIndex={name === chosen ? 0 : -1}
            className="-mb-px min-h-9 rounded-t border-b-2 border-transparent px-3 text-muted hover:text-ink aria-selected:border-accent aria-selected:font-semibold aria-selected:text-ink"
            onClick={() => props.onChoose(name)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}panel`} aria-labelledby={`${id}${chosen}`} className="min-w-0">
        {props.children}
      </div>
    </div>
  );
}
