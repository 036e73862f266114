import { Expression, Parser } from "./parse";
import { tokenize } from "./tokens";

function evaluate(expression: Expression): number {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "sum":
      return evaluate(expression.left) + evaluate(expression.right);
    case "product":
      return evaluate(expression.left) * evaluate(expression.right);
    default: {
      const forgotten: never = expression;
      throw new Error(`no rule for ${forgotten}`);
    }
  }
}

export const answer = evaluate(new Parser(tokenize("2 + 5 * 8")).sum());
