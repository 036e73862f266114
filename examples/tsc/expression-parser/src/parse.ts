import { Token } from "./tokens";

export type Expression =
  | { kind: "number"; value: number }
  | { kind: "negate"; of: Expression }
  | { kind: "sum"; left: Expression; right: Expression }
  | { kind: "product"; left: Expression; right: Expression };

export class Parser {
  private position = 0;

  constructor(private readonly tokens: Token[]) {}

  sum(): Expression {
    let left = this.product();
    while (this.accept("+")) left = { kind: "sum", left, right: this.product() };
    return left;
  }

  private product(): Expression {
    let left = this.factor();
    while (this.accept("*")) left = { kind: "product", left, right: this.factor() };
    return left;
  }

  private factor(): Expression {
    if (this.accept("-")) return { kind: "negate", of: this.factor() };
    const token = this.tokens[this.position++];
    if (token?.kind !== "number") throw new SyntaxError("a number was expected");
    return { kind: "number", value: token.value };
  }

  private accept(symbol: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== "operator" || token.symbol !== symbol) return false;
    this.position++;
    return true;
  }
}
