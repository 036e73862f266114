// Is the word the same from behind?
const word = process.argv[2].toLowerCase();
console.log(word === [...word].reverse().join(""));
