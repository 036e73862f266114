import { performance } from "perf_hooks";

export class Stopwatch {
  constructor(now = () => performance.now()) {
    this.now = now;
    this.startedAt = now();
    this.laps = [];
  }

  lap() {
    const previous = this.laps.reduce((sum, lap) => sum + lap, this.startedAt);
    this.laps.push(this.now() - previous);
    return this.laps[this.laps.length - 1];
  }
}

export function format(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
