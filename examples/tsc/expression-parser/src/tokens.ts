export type Token = { kind: "number"; value: number } | { kind: "operator"; symbol: string };

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/\s*(?:(\d+)|([-+*()]))/g)) {
    const digits: string = match[1];
    tokens.push(
      digits ? { kind: "number", value: Number(digits) } : { kind: "operator", symbol: match[2] ?? "" },
    );
  }
  return tokens;
}
