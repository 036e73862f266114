import type { ButtonHTMLAttributes } from 'react';

const paths = {
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  top: 'M3 3h10M8 13V6M5 9l3-3 3 3',
  end: 'M3 13h10M8 3v7M5 7l3 3 3-3',
  flag: 'M4 14V2.5M4 3h8l-2 3 2 3H4',
  wrap: 'M2.5 4h11M2.5 8h8.5a2 2 0 010 4H8M10 10l-2 2 2 2M2.5 12H5',
  expand: 'M6 2.5H2.5V6M10 2.5h3.5V6M6 13.5H2.5V10M10 13.5h3.5V10',
  shrink: 'M2.5 6H6V2.5M13.5 6H10V2.5M2.5 10H6v3.5M13.5 10H10v3.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  save: 'M8 2.5v7M5 6.5l3 3 3-3M2.5 10v3.5h11V10',
  text: 'M3 3.5h10M8 3.5v9.5M6.5 13h3',
  terminal: 'M2 3h12v10H2zM4.5 6l2 2-2 2M8 10.5h3.5',
} as const;
const letters = { regex: '.*', case: 'Aa' } as const;

export type IconName = keyof typeof paths | keyof typeof letters;

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  icon: IconName;
  label: string;
  pressed?: boolean;
  // Also shows the label, where there is room.
  wide?: boolean;
}

// A small button with a picture; its name is the label.
export function IconButton({ icon, label, pressed, wide = false, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      className={`inline-flex h-8 min-w-8 shrink-0 items-center justify-center gap-1.5 rounded-md border border-transparent px-1.5 text-[13px] text-muted transition-colors hover:bg-sunken hover:text-ink disabled:opacity-45 disabled:hover:bg-transparent aria-pressed:bg-accent-soft aria-pressed:text-ink ${className}`}
      {...rest}
    >
      {icon in letters ? (
        <span aria-hidden="true" className="font-mono text-xs font-semibold">
          {letters[icon as keyof typeof letters]}
        </span>
      ) : (
        <svg aria-hidden="true" viewBox="0 0 16 16" className="size-4" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d={paths[icon as keyof typeof paths]} />
        </svg>
      )}
      {wide && (
        <span aria-hidden="true" className="max-xl:hidden">
          {label}
        </span>
      )}
    </button>
  );
}
