const steps: [string, string][] = [
  ['Choose a project', 'an archive, a folder, or one of the examples.'],
  ['Choose a tool', 'a linter, a checker, a compiler; and what it should do.'],
  ['Run', 'it waits its turn, then runs sealed: without network, without the host’s files, within limits.'],
  ['Watch', 'its output as it comes, and what it uses.'],
  ['Keep', 'its verdict, its log and the files it made. The address of a run opens it again.'],
];

export function Welcome() {
  return (
    <section className="max-w-xl py-2 lg:py-10">
      <h1 className="text-2xl font-semibold tracking-tight">Run a tool on a project, sealed</h1>
      <ol className="mt-5 grid gap-3">
        {steps.map(([title, text], i) => (
          <li key={title} className="grid grid-cols-[1.5rem_1fr]">
            <span aria-hidden="true" className="font-mono text-accent">
              {i + 1}
            </span>
            <span>
              <strong className="font-semibold">{title}:</strong> {text}
            </span>
          </li>
        ))}
      </ol>
      <p className="note mt-6">
        Press <kbd className="rounded border border-line bg-sheet px-1.5 font-mono">?</kbd> for the keyboard.
      </p>
    </section>
  );
}
