export interface Todo {
  readonly text: string;
  readonly done: boolean;
}

export class Store {
  #todos: Todo[] = [];

  constructor(private readonly changed: () => void) {}

  get todos(): readonly Todo[] {
    return this.#todos;
  }

  add(text: string): void {
    this.#todos.push({ text, done: false });
    this.changed();
  }

  toggle(index: number): void {
    this.#todos = this.#todos.map((todo, i) => (i === index ? { ...todo, done: !todo.done } : todo));
    this.changed();
  }
}
