export enum TimeOfDay {
  Morning,
  Evening,
}

export interface Guest {
  name: string;
  title?: { short: string };
}

export function greet(guest: Guest, time: TimeOfDay): string {
  const title = guest.title?.short ?? "dear";
  return `Good ${TimeOfDay[time].toLowerCase()}, ${title} ${guest.name}`;
}

console.log(greet({ name: "Ada", title: { short: "Countess" } }, TimeOfDay.Evening));
