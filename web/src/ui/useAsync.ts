import { useCallback, useEffect, useState } from 'react';
import { asApiError, isAbort, type ApiError } from '../api/errors';

export interface Async<T> {
  value: T | null;
  error: ApiError | null;
  loading: boolean;
  reload: () => void;
}

// The result of a request, repeated when `key` changes; a late response is dropped.
export function useAsync<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Async<T> {
  const [state, setState] = useState<{ key: string; value: T | null; error: ApiError | null }>({
    key: '',
    value: null,
    error: null,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal).then(
      (value) => !abort.signal.aborted && setState({ key, value, error: null }),
      (error: unknown) => {
        if (abort.signal.aborted || isAbort(error)) return;
        setState({ key, value: null, error: asApiError(error) });
      },
    );
    return () => abort.abort();
    // `ask` is a new function at each rendering; `key` identifies it.
  }, [key, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const current = state.key === key ? state : { value: null, error: null };
  return { value: current.value, error: current.error, loading: state.key !== key, reload };
}
