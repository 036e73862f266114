import { list } from "./list";
import { Store } from "./store";

const store = new Store(render);

function render(): void {
  document.body.replaceChildren(list(store));
}

store.add("Read the manual");
store.add("Run esbuild");
store.toggle(0);
