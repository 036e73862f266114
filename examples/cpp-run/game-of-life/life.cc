#include <array>
#include <iostream>

constexpr int kSize = 8;
using Board = std::array<std::array<bool, kSize>, kSize>;

int neighbours(const Board& board, int row, int column) {
  int count = 0;
  for (int down = -1; down <= 1; ++down) {
    for (int right = -1; right <= 1; ++right) {
      if (down == 0 && right == 0) continue;
      count += board[(row + down + kSize) % kSize][(column + right + kSize) % kSize];
    }
  }
  return count;
}

Board next(const Board& board) {
  Board result{};
  for (int row = 0; row < kSize; ++row) {
    for (int column = 0; column < kSize; ++column) {
      const int count = neighbours(board, row, column);
      result[row][column] = count == 3 || (count == 2 && board[row][column]);
    }
  }
  return result;
}

void print(const Board& board, int generation) {
  std::cout << "generation " << generation << '\n';
  for (const auto& row : board) {
    for (const bool alive : row) std::cout << (alive ? '#' : '.');
    std::cout << '\n';
  }
}

int main() {
  Board glider{};
  glider[0][1] = glider[1][2] = glider[2][0] = glider[2][1] = glider[2][2] = true;
  Board board = glider;
  print(board, 0);
  for (int generation = 1; generation <= 4; ++generation) {
    board = next(board);
    print(board, generation);
  }
  for (int row = 0; row < kSize; ++row) {
    for (int column = 0; column < kSize; ++column) {
      if (board[(row + 1) % kSize][(column + 1) % kSize] != glider[row][column]) return 1;
    }
  }
}
