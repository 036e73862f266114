// Fetches the teapots and lists them.
async function main() {
  const teapots = await (await fetch("/teapots")).json();
  for (const { name, cents } of teapots) {
    const item = document.createElement("li");
    item.textContent = `${name}: ${(cents / 100).toFixed(2)} €`;
    document.querySelector("#teapots").append(item);
  }
}

main();
