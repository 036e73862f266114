export const apple: number = "not a number";
export const pear = 3 +;
