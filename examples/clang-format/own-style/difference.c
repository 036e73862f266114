int difference(int a, int b) { return a - b; }
