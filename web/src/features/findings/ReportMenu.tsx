import { useRef, useState } from 'react';
import { download } from '../../api/client';
import { asApiError, type ApiError } from '../../api/errors';
import { reportFormats, type ReportFormat } from '../../api/findingTypes';
import { ErrorNote } from '../../ui/ErrorNote';

const formats: Record<ReportFormat, { words: string; suffix: string }> = {
  sarif: { words: 'SARIF 2.1.0', suffix: 'sarif' },
  checkstyle: { words: 'Checkstyle XML', suffix: 'checkstyle.xml' },
  junit: { words: 'JUnit XML', suffix: 'junit.xml' },
  gitlab: { words: 'GitLab Code Quality', suffix: 'gitlab.json' },
  github: { words: 'GitHub commands', suffix: 'github.txt' },
};

// The report in each format. `id` names the file.
export function ReportMenu({ id, path }: { id: string; path: (format: ReportFormat) => string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const save = (format: ReportFormat): void => {
    setError(null);
    if (menu.current) menu.current.open = false;
    download(path(format), `${id}.${formats[format].suffix}`).catch((problem: unknown) => setError(asApiError(problem)));
  };
  return (
    <>
      <details
        ref={menu}
        className="relative"
        onKeyDown={(event) => {
          if (event.key === 'Escape' && menu.current) menu.current.open = false;
        }}
      >
        <summary className="inline-flex min-h-7 items-center rounded-md border border-line-strong bg-sheet px-2 py-1 text-[13px] hover:bg-sunken">
          Download report
        </summary>
        <ul className="panel absolute right-0 z-20 mt-1 grid w-52 p-1 shadow-lg max-sm:right-auto max-sm:left-0">
          {reportFormats.map((format) => (
            <li key={format}>
              <button type="button" className="w-full rounded px-2 py-1.5 text-left text-[13px] hover:bg-sunken" onClick={() => save(format)}>
                {formats[format].words}
              </button>
            </li>
          ))}
        </ul>
      </details>
      {error && <ErrorNote error={error} what="The report could not be downloaded" />}
    </>
  );
}
