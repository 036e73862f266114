// The layers of isolation as /api/health names them, in words.
const words: Record<string, string> = {
  'user-namespace': 'users of its own: root in there is nobody out here',
  'pid-namespace': 'sees and signals only its own processes',
  'mount-namespace': 'a file system of its own, without the host’s files',
  'network-namespace': 'no network at all',
  'ipc-namespace': 'no shared memory or queues with others',
  'uts-namespace': 'a host name of its own',
  'cgroup-namespace': 'sees nothing of the host’s control groups',
  'cgroup-memory': 'memory counted and capped as a whole',
  'cgroup-pids': 'processes counted and capped as a whole',
  'cgroup-cpu': 'CPU time shared out and capped',
  cgroup: 'memory, processes and CPU counted and capped as a whole',
  overlay: 'what it changes stays in this run',
  'disk-quota': 'what it writes is capped',
  'read-only-root': 'the system is read-only',
  rlimits: 'limits on each process: files, memory, processes',
  capabilities: 'no privileges',
  'no-new-privileges': 'no way to gain privileges',
  proc: 'a /proc that shows only itself',
  landlock: 'only the files that are meant for it',
  seccomp: 'only the system calls that a tool needs',
  'seccomp-broker': 'delicate system calls are answered by a guard',
  'own-uid': 'a user id shared with no other slot',
  'process-group': 'one group of processes, ended together',
  hostname: 'a neutral host name',
};

export function layerInWords(layer: string): string {
  return words[layer] ?? '';
}

export function tierInWords(tier: string): string {
  switch (tier) {
    case 'namespaces':
      return 'Each run has namespaces of its own: processes, files, users and network are separate from the host’s.';
    case 'landlock':
      return 'This host refuses namespaces, so each run is held by Landlock, a seccomp filter and the container around it.';
    default:
      return 'The server names no tier that this page knows.';
  }
}
