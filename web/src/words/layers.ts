// Descriptions of the isolation layers in /api/health.
const words: Record<string, string> = {
  'user-namespace': 'own user ids: root inside has no rights outside',
  'pid-namespace': 'sees and signals only its own processes',
  'mount-namespace': 'own file system, without the host’s files',
  'network-namespace': 'no network at all',
  'ipc-namespace': 'no shared memory or queues with other processes',
  'uts-namespace': 'own host name',
  'cgroup-namespace': 'sees nothing of the host’s control groups',
  'cgroup-memory': 'memory limit for the whole run',
  'cgroup-pids': 'process limit for the whole run',
  'cgroup-cpu': 'CPU share and limit',
  cgroup: 'limits on memory, processes and CPU for the whole run',
  overlay: 'changes stay in this run',
  'disk-quota': 'limit on bytes written',
  'read-only-root': 'the system is read-only',
  rlimits: 'limits per process: files, memory, processes',
  capabilities: 'no privileges',
  'no-new-privileges': 'cannot gain privileges',
  proc: 'a /proc that shows only itself',
  landlock: 'access only to allowed files',
  seccomp: 'only allowed system calls',
  'seccomp-broker': 'sensitive system calls are checked by a broker',
  'own-uid': 'own user id for each slot',
  'process-group': 'one process group, ended together',
  hostname: 'a neutral host name',
};

export function layerInWords(layer: string): string {
  return words[layer] ?? '';
}

export function tierInWords(tier: string): string {
  switch (tier) {
    case 'namespaces':
      return 'Each run has its own namespaces: its processes, files, users and network are separate from the host’s.';
    case 'landlock':
      return 'This host does not allow namespaces. Landlock, a seccomp filter and the surrounding container isolate each run.';
    default:
      return 'The server reports an unknown tier.';
  }
}
