import type { ButtonHTMLAttributes } from 'react';

type Kind = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Record<Kind, string> = {
  primary:
    'bg-accent text-accent-ink font-semibold hover:brightness-110 disabled:bg-sunken disabled:text-muted disabled:hover:brightness-100 border border-transparent disabled:border-line',
  plain: 'border border-line-strong bg-sheet hover:bg-sunken disabled:text-muted',
  quiet: 'border border-transparent text-muted hover:bg-sunken hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-ink',
  danger: 'border border-bad text-bad hover:bg-bad-soft disabled:opacity-60',
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind;
  small?: boolean;
}

export function Button({ kind = 'plain', small = false, className = '', ...rest }: ButtonProps) {
  const size = small ? 'px-2 py-1 text-[13px]' : 'px-3.5 py-1.5';
  return (
    <button
      type="button"
      className={`inline-flex min-h-7 items-center justify-center gap-1.5 rounded-md whitespace-nowrap transition-colors ${size} ${looks[kind]} ${className}`}
      {...rest}
    />
  );
}
