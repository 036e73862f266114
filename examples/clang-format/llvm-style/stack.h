#pragma once

struct Stack {
  int top;
  int items[16];
};
