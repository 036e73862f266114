import { useEffect, useState } from 'react';
import { isFinal, type Execution, type Tool } from '../../api/types';
import { Meter } from '../../ui/Meter';
import { bytes, duration } from '../../words/quantities';

// Time, CPU, memory and processes against the tool's limits, as they grow.
export function UsageStrip({ execution, tool }: { execution: Execution; tool: Tool | undefined }) {
  const elapsed = useElapsed(execution);
  const { usage } = execution;
  const limits = tool?.limits;
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-3" data-testid="usage">
      <Meter label="Time" value={duration(elapsed)} part={tool ? elapsed / tool.timeoutMs : null} {...(tool ? { of: duration(tool.timeoutMs) } : {})} />
      <Meter label="CPU" value={duration(usage.cpuMs)} part={null} />
      <Meter
        label="Peak memory"
        value={bytes(usage.peakMemoryBytes)}
        part={limits ? usage.peakMemoryBytes / limits.memoryBytes : null}
        {...(limits ? { of: bytes(limits.memoryBytes) } : {})}
      />
      <Meter
        label="Processes"
        value={String(usage.peakProcesses)}
        part={limits ? usage.peakProcesses / limits.processes : null}
        {...(limits ? { of: String(limits.processes) } : {})}
      />
      <Meter label="Queued" value={duration(execution.queuedMs)} part={null} />
    </div>
  );
}

// The server's measurement at each response, and this clock between responses.
function useElapsed(execution: Execution): number {
  const over = isFinal(execution.status);
  const [answered, setAnswered] = useState({ at: Date.now(), execution });
  const [now, setNow] = useState(Date.now());
  if (answered.execution !== execution) setAnswered({ at: Date.now(), execution });
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [over]);
  if (over || execution.status === 'queued') return execution.durationMs;
  return execution.durationMs + Math.max(0, now - answered.at);
}
