import { element } from "./element";
import type { Store } from "./store";

export function list(store: Store): HTMLElement {
  return (
    <ul>
      {store.todos.map((todo, index) => (
        <li onclick={() => store.toggle(index)}>{todo.done ? "✓ " : "○ "}{todo.text}</li>
      ))}
    </ul>
  );
}
