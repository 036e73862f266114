import { distance } from "../lib/geometry.js";

console.log(distance({ x: 0, y: 0 }, { x: 3, y: 4 }));
