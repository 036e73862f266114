// The URL of a rule's help. Only https: other addresses from a tool or a manifest are not linked.
import type { Finding } from '../../api/findingTypes';
import type { Tool } from '../../api/types';

const mostCharacters = 2000;

export function ruleHelp(finding: Pick<Finding, 'rule' | 'helpUri'>, tool: Pick<Tool, 'findings'> | undefined): string | null {
  const own = safeLink(finding.helpUri);
  if (own !== null) return own;
  const url = tool?.findings?.url;
  if (!url) return null;
  if (!url.includes('{rule}')) return safeLink(url);
  if (!finding.rule) return null;
  return safeLink(url.replace('{rule}', () => encodeURIComponent(finding.rule ?? '').replace(/%2F/g, '/')));
}

// The address, or null if it is not a plain https address of a host.
export function safeLink(text: string | null | undefined): string | null {
  if (!text || text.length > mostCharacters || !/^https:\/\/[^/\s]/i.test(text)) return null;
  try {
    const url = new URL(text);
    return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null;
  } catch {
    return null;
  }
}
