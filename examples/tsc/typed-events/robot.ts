import { Emitter } from "./emitter";

interface RobotEvents {
  moved: { x: number; y: number };
  said: string;
}

const robot = new Emitter<RobotEvents>();
const path: string[] = [];
const stop = robot.on("moved", ({ x, y }) => path.push(`${x},${y}`));
robot.on("said", (words) => path.push(words.toUpperCase()));
robot.emit("moved", { x: 1, y: 2 });
stop();
robot.emit("said", "done");
