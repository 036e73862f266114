// The used part of a limit, as a bar and as a number.
export function Meter(props: { label: string; value: string; part: number | null; of?: string }) {
  const percent = props.part === null ? null : Math.min(100, Math.max(0, props.part * 100));
  return (
    <div className="min-w-24 flex-1">
      <p className="note">{props.label}</p>
      <p className="tabular-nums">
        <span className="font-medium">{props.value}</span>
        {props.of && <span className="note"> of {props.of}</span>}
      </p>
      {percent !== null && (
        <svg aria-hidden="true" viewBox="0 0 100 3" preserveAspectRatio="none" className="mt-1 h-[3px] w-full rounded-full bg-sunken">
          <rect width={percent} height="3" className={percent > 90 ? 'fill-warn' : 'fill-accent'} />
        </svg>
      )}
    </div>
  );
}
